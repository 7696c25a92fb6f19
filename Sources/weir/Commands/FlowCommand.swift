import ArgumentParser
import Foundation
import Glibc
import Primitives
import Server

/// `weir flow`: how bandwidth and requests are shared out.
struct FlowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flow", abstract: "Show how bandwidth and requests are shared out, and who uses how much.",
    discussion: "What can be set, and what it does: docs/flow-control.md.",
    subcommands: [Show.self, Top.self, Events.self, LimitServer.self, LimitBackground.self, LimitBucket.self])

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show all pools and limits.")

    @OptionGroup var admin: AdminOptions

    func run() throws {
      let reply = try admin.client().call("GET", AdminClient.target(["flow"]))
      if admin.json { return print(reply) }
      let flow = try Reply.decode(Reply.Flow.self, reply)
      if flow.pools.isEmpty, flow.nodes.isEmpty { return print("nothing is limited") }
      print(FlowTable.pools(flow) + FlowTable.nodes(flow) + FlowTable.priorities(flow), terminator: "")
    }
  }

  struct Top: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show who uses how much, and who is slowed down, each second.",
      discussion: "Users and buckets show once anything is configured. Ctrl-C ends it.")

    @OptionGroup var admin: AdminOptions
    @Option(help: "End after so many tables; 0 goes on.")
    var count = 0
    @Option(help: "Seconds between two tables, 1 to 60.")
    var interval = 1

    func validate() throws {
      guard (1...60).contains(interval), count >= 0 else {
        throw ValidationError("--interval is 1 to 60, --count is not negative")
      }
    }

    func run() throws {
      let client = try admin.client()
      var before = try usage(client)
      var shown = 0
      while count == 0 || shown < count {
        sleep(UInt32(interval))
        let after = try usage(client)
        let rates = FlowRates(before, after)
        if admin.json {
          print(rates.json)
        } else {
          if Terminal.isInteractive { print("\u{1B}[H\u{1B}[2J", terminator: "") }
          print(rates.table, terminator: "")
        }
        fflush(nil)
        before = after
        shown += 1
      }
    }

    private func usage(_ client: AdminClient) throws -> Reply.FlowUsage {
      try Reply.decode(
        Reply.FlowUsage.self, try client.call("GET", AdminClient.target(["flow", "usage"])))
    }
  }

  struct LimitServer: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "limit-server", abstract: "Limit all traffic of the server together.")

    @OptionGroup var admin: AdminOptions
    @OptionGroup var limits: FlowLimitOptions

    func run() throws {
      var node = JSONBody()
      node.add("kind", "server")
      try limits.set(node, admin, shown: "server", "")
    }
  }

  struct LimitBackground: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "limit-background",
      abstract: "Limit what the server does by itself, or guarantee it something.",
      discussion: """
        Giving space back, changes of class, scrubbing. Uploads are what it writes, downloads what it reads.
        """)

    @OptionGroup var admin: AdminOptions
    @OptionGroup var limits: FlowLimitOptions

    func run() throws {
      var node = JSONBody()
      node.add("kind", "background")
      try limits.set(node, admin, shown: "background", "")
    }
  }

  struct LimitBucket: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "limit-bucket", abstract: "Limit the traffic of one bucket.")

    @OptionGroup var admin: AdminOptions
    @OptionGroup var limits: FlowLimitOptions
    @Argument(help: "The bucket's name.")
    var bucket: String

    func run() throws {
      var node = JSONBody()
      node.add("kind", "bucket")
      node.add("bucket", bucket)
      try limits.set(node, admin, shown: "bucket", bucket)
    }
  }
}

/// What flows have moved between two looks.
struct FlowRates {
  private struct Row {
    let flow: Reply.FlowUsage.Flow
    /// Each second.
    let upload, download, requests, refused: Double
    /// Tasks that were waiting, on average.
    let waiting: Double
  }

  private let rows: [Row]

  init(_ before: Reply.FlowUsage, _ after: Reply.FlowUsage) {
    let seconds = max(0.001, Double(after.time_ms - before.time_ms) / 1000)
    let known = Dictionary(before.flows.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    func rate(_ now: UInt64, _ then: UInt64?) -> Double {
      let then = then ?? 0
      return now > then ? Double(now - then) / seconds : 0
    }
    rows = after.flows.map { flow in
      let old = known[flow.id]
      return Row(
        flow: flow, upload: rate(flow.upload_bytes, old?.upload_bytes),
        download: rate(flow.download_bytes, old?.download_bytes),
        requests: rate(flow.requests, old?.requests), refused: rate(flow.refused, old?.refused),
        waiting: rate(
          flow.upload_delay_ms + flow.download_delay_ms, old.map { $0.upload_delay_ms + $0.download_delay_ms }
        )
          / 1000)
    }.sorted { ($0.upload + $0.download, $1.flow.id) > ($1.upload + $1.download, $0.flow.id) }
  }

  var table: String {
    var table = TextTable(columns: [
      "USER", "BUCKET", "POOL", "UPLOAD", "DOWNLOAD", "REQUESTS", "REFUSED", "WAITING",
    ])
    for row in rows where row.upload + row.download + row.requests > 0 {
      let place = [row.flow.pool, row.flow.group].compactMap { $0 }.joined(separator: "/")
      table.add([
        row.flow.user, row.flow.bucket ?? "-", place.isEmpty ? "-" : place, Self.bytes(row.upload),
        Self.bytes(row.download), "\(Int(row.requests.rounded()))/s", "\(Int(row.refused.rounded()))/s",
        row.waiting < 0.05 ? "-" : String(format: "%.1f", row.waiting),
      ])
    }
    return table.text
  }

  var json: String {
    let texts = rows.map { row in
      var body = JSONBody()
      body.add("user", row.flow.user)
      body.add("bucket", row.flow.bucket)
      body.add("pool", row.flow.pool)
      body.add("group", row.flow.group)
      body.add("upload", Int(row.upload))
      body.add("download", Int(row.download))
      body.add("requests", Int(row.requests.rounded()))
      body.add("refused", Int(row.refused.rounded()))
      body.add("waiting", json: String(format: "%.2f", row.waiting))
      return body.text
    }
    return "{\"flows\":[\(texts.joined(separator: ","))]}"
  }

  private static func bytes(_ rate: Double) -> String { ByteCount(UInt64(rate)).approximate + "/s" }
}

/// Flow control as text.
enum FlowTable {
  static func rate(_ bytes: UInt64) -> String { Bandwidth(bytesPerSecond: bytes).formatted }

  static func pools(_ flow: Reply.Flow) -> String {
    if flow.pools.isEmpty { return "" }
    var table = TextTable(columns: ["POOL", "GROUP", "BUCKET", "SINCE"])
    for pool in flow.pools {
      if pool.buckets.isEmpty { table.add([pool.name, "-", "-", pool.created]) }
      for bucket in pool.buckets { table.add([pool.name, bucket.group ?? "-", bucket.name, bucket.joined]) }
    }
    return table.text
  }

  /// The levels of pools, the first served first.
  static func priorities(_ flow: Reply.Flow) -> String {
    if flow.priorities.isEmpty { return "" }
    var table = TextTable(columns: ["POOL", "OF", "LEVEL", "GUARANTEED", "WHO"])
    for plan in flow.priorities {
      for level in plan.levels.reversed() {
        let guarantees = [("download", level.guarantee_download), ("upload", level.guarantee_upload)]
          .compactMap { name, rate in rate.map { "\(name) \(Self.rate($0))" } }
        let members = level.members + (level.level == plan.default_level ? ["all others"] : [])
        table.add([
          plan.pool, plan.of, "\(level.level)", guarantees.isEmpty ? "-" : guarantees.joined(separator: ", "),
          members.isEmpty ? "-" : members.joined(separator: ", "),
        ])
      }
    }
    return "\n" + table.text
  }

  static func nodes(_ flow: Reply.Flow) -> String {
    if flow.nodes.isEmpty { return "" }
    var table = TextTable(columns: ["WHO", "LIMITS"])
    for node in flow.nodes { table.add([node.name, node.summary]) }
    return (flow.pools.isEmpty ? "" : "\n") + table.text
  }
}
