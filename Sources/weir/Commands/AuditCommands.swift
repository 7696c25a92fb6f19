import ArgumentParser
import Foundation
import Glibc
import Primitives
import Server

/// `weir scrub`: reads everything that is stored and checks it.
struct ScrubCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scrub",
    abstract: "Read everything a running server stores and check it against its checksums.",
    discussion: """
      A server scrubs by itself too, slowly (scrub.rate, scrub.interval). Ends with 1 when something is damaged.
      """)

  @OptionGroup var admin: AdminOptions
  @Option(help: "Bytes a second to read at most, such as 200MiB; 0 is no limit.")
  var rate = "0"
  @Flag(help: "End the scrub or fsck that runs.")
  var cancel = false

  func run() throws {
    let client = try admin.client()
    if cancel {
      let text = try client.call("DELETE", "/v1/audit")
      return print(admin.json ? text : "asked to end")
    }
    guard let bytes = try? ByteCount.parse(rate).bytes else {
      throw ValidationError("--rate \(rate): write a size such as 200MiB")
    }
    try AuditRun(client: client, json: admin.json).run("scrub", rate: bytes)
  }
}

/// `weir fsck`: holds metadata and volumes against each other.
struct FsckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fsck", abstract: "Check metadata and volumes against each other, both ways.",
    discussion: """
      Asks the running server, or, with --data DIR that no server uses, looks at the directory itself. Says how far a \
      rebuild of the metadata would come, too. Counts and rows \
      that nothing leads to are set right with --repair, which needs the server stopped; data is never touched. Ends \
      with 1 when there are problems left.
      """)

  @OptionGroup var admin: AdminOptions
  @Flag(help: "Read all data too, not only both ends of each extent.")
  var readData = false
  @Flag(help: "Set right what can be; with --data, the server stopped.")
  var repair = false
  @Option(help: "Bytes a second to read at most, such as 200MiB; 0 is no limit.")
  var rate = "0"

  func run() throws {
    if let data = admin.data, !MetadataTools.isServed(data) {
      let line = ProgressLine()
      let outcome: OfflineCheck.Outcome
      do throws(ConfigurationError) {
        outcome = try OfflineCheck.run(data: data, readsData: readData, repairs: repair) {
          line.show($0, $1, $2)
        }
      } catch { throw AdminClient.Problem(error.message) }
      line.clear()
      print(admin.json ? outcome.json : try AuditRun.text(of: Reply.decode(Reply.Report.self, outcome.json)))
      if outcome.problemsLeft > 0 { throw ExitCode(1) }
      return
    }
    guard !repair else {
      throw ValidationError("--repair needs the server stopped, and --data DIR")
    }
    guard let bytes = try? ByteCount.parse(rate).bytes else {
      throw ValidationError("--rate \(rate): write a size such as 200MiB")
    }
    try AuditRun(client: try admin.client(), json: admin.json).run(
      readData ? "fsck-with-data" : "fsck", rate: bytes)
  }
}

/// Begins a job on the server, shows how far it is, and prints what it found.
struct AuditRun {
  let client: AdminClient
  let json: Bool

  func run(_ kind: String, rate: UInt64) throws {
    _ = try client.call("POST", "/v1/audit", body: "{\"kind\":\"\(kind)\",\"rate\":\(rate)}")
    let line = ProgressLine()
    while true {
      let text = try client.call("GET", "/v1/audit")
      let job = try Reply.decode(Reply.Audit.self, text)
      if job.state == "running" {
        line.show(job.phase, job.done, job.total)
        usleep(100_000)
        continue
      }
      line.clear()
      guard let report = job.report else {
        throw AdminClient.Problem(job.message ?? "the \(kind) was \(job.state)")
      }
      print(json ? text : Self.text(of: report))
      if report.problem_count > 0 { throw ExitCode(1) }
      return
    }
  }

  static func text(of report: Reply.Report) -> String {
    var text = ""
    if report.objects > 0 || report.buckets > 0 {
      text +=
        Terminal.count(report.buckets, "bucket") + ", " + Terminal.count(report.objects, "object") + ", "
        + Terminal.count(report.versions, "other version") + ", " + Terminal.count(report.uploads, "upload")
        + " of " + Terminal.count(report.parts, "part") + "\n"
    }
    text += "\(Terminal.count(report.extents, "extent")), \(ByteCount(report.bytes).formatted)"
    if report.segments > 0 {
      text +=
        "; \(Terminal.count(report.segments, "segment")), "
        + "\(ByteCount(report.unreferenced_bytes).formatted) in them of nobody"
    }
    if let rebuild = report.rebuild {
      let base = rebuild.base.map { "begin with base \($0.backup) of \($0.time)" } ?? "begin with nothing"
      text += "\na rebuild of the metadata would \(base) and replay \(rebuild.groups) groups of the journal"
    }
    if report.problems.isEmpty { return text + "\nno problems" }
    var table = TextTable(columns: ["PROBLEM", "OBJECT", "PLACE", "WHAT"])
    for problem in report.problems {
      let object = problem.bucket.map { "\($0)/\(problem.key ?? "")" } ?? "-"
      let place = problem.volume.map { volume in
        "volume \(volume)" + (problem.segment.map { " segment \($0)" } ?? "")
          + (problem.offset.map { " offset \($0)" } ?? "")
      }
      let what = problem.message + (report.repaired > 0 && problem.repairable ? " (set right)" : "")
      table.add([problem.kind, object, place ?? "-", what])
    }
    text += "\n" + table.text + "\(report.problem_count) problems"
    if report.repaired == 0, report.problems.contains(where: \.repairable) {
      text += "; weir fsck --data DIR --repair, with the server stopped, sets right what is repairable"
    }
    return text
  }
}

extension Reply {
  struct Report: Decodable {
    struct Problem: Decodable {
      let kind, message: String
      let bucket, key: String?
      let volume, segment, offset: UInt64?
      let repairable: Bool
    }
    let buckets, objects, versions, uploads, parts, extents, segments, repaired, problem_count: Int
    struct Rebuild: Decodable {
      struct Base: Decodable {
        let backup: Int
        let time: String
      }
      let base: Base?
      let groups: UInt64
    }
    let bytes, unreferenced_bytes: UInt64
    let rebuild: Rebuild?
    let problems: [Problem]
  }
  struct Audit: Decodable {
    let kind, phase, state: String
    let done, total: UInt64
    let message: String?
    let report: Report?
  }
}
