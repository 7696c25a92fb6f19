import ArgumentParser
import Foundation
import Glibc
import Primitives
import Server

/// Begins a restore on the server, follows it, and prints what it did.
struct RestoreRun {
  let client: AdminClient
  /// Whom it talks to, for what is to be pasted back; and whether it prints JSON.
  let admin: AdminOptions
  /// Whether each change is printed.
  let diff: Bool
  /// Whether nobody is asked.
  let yes: Bool

  /// How often the server is asked how far it is.
  private static let pollMicroseconds: UInt32 = 100_000

  /// A restore that prints by these options.
  init(_ admin: AdminOptions, diff: Bool, yes: Bool) throws {
    self.client = try admin.client()
    self.admin = admin
    self.diff = diff
    self.yes = yes
  }

  /// `weir restore …`, as it is pasted back to ask the same server.
  private func command(_ words: String) -> String { "\(Terminal.command) restore \(words)\(admin.repeated)" }

  /// Runs what `wanted` says. On a terminal it is tried first, and a person asked whether that is right.
  func run(_ wanted: JSONBody, isDryRun: Bool) throws {
    if !isDryRun, !yes, !admin.json, Terminal.isInteractive {
      let text = try wait(for: try begin(wanted, isDryRun: true))
      try report(text, isPlan: true)
      let plan = try Reply.decode(Reply.Restore.self, text)
      // Only the plan: nobody needs to see it in the list.
      _ = try client.call("DELETE", AdminClient.target(["restores", plan.id]))
      if plan.changed == 0 { return }
      guard
        Terminal.confirm(
          "\(plan.what): change \(Terminal.count(plan.changed, "key")) of \(plan.to ?? plan.bucket)?")
      else {
        print("nothing was changed")
        throw ExitCode(1)
      }
      let run = try RestoreRun(admin, diff: false, yes: true)
      return try run.report(try run.wait(for: try run.begin(wanted, isDryRun: false)))
    }
    try report(try wait(for: try begin(wanted, isDryRun: isDryRun)))
  }

  private func begin(_ wanted: JSONBody, isDryRun: Bool) throws -> String {
    var body = wanted
    body.add("dry_run", isDryRun)
    let reply = try client.call("POST", AdminClient.target(["restores"]), body: body.text)
    return try Reply.decode(Reply.Restore.self, reply).id
  }

  /// The job as the server shows it now.
  func show(_ id: String) throws -> String { try client.call("GET", AdminClient.target(["restores", id])) }

  /// The job as the server shows it when it is over. Ctrl-C leaves it running.
  func wait(for id: String) throws -> String {
    let bar = ProgressLine()
    Interruption.watch()
    defer { Interruption.unwatch() }
    while true {
      let text = try shown(id, bar)
      let job = try Reply.decode(Reply.Restore.self, text)
      if job.isOver {
        bar.clear()
        return text
      }
      if Interruption.isRequested {
        bar.clear()
        let note = """
          the restore goes on; to follow it:  \(command("show \(id) --follow"))
                               to end it:     \(command("cancel \(id)"))

          """
        FileHandle.standardError.write(Data(note.utf8))
        throw ExitCode(130)
      }
      if job.state == "planning" {
        bar.show("planning: \(job.planned) keys")
      } else {
        bar.show("restoring", job.examined, job.planned, "\(job.examined) of \(job.planned) keys")
      }
      usleep(Self.pollMicroseconds)
    }
  }

  /// As `show`; should nobody answer any more, says how to go on.
  private func shown(_ id: String, _ bar: ProgressLine) throws -> String {
    do { return try show(id) } catch {
      bar.clear()
      let note = """
        restore \(id) goes on once the server runs; to follow it:  \(command("show \(id) --follow"))

        """
      FileHandle.standardError.write(Data(note.utf8))
      throw error
    }
  }

  /// Prints a job, and its changes if they are wanted. Ends with 1 where it failed or was cancelled, or, unless it is
  /// the plan of another, where it could not restore some keys.
  func report(_ text: String, isPlan: Bool = false) throws {
    let job = try Reply.decode(Reply.Restore.self, text)
    if admin.json {
      try printJSON(text, job)
    } else {
      if diff { try printChanges(job) }
      print(job.report(command), terminator: "")
    }
    if job.state == "failed" || job.state == "cancelled" { throw ExitCode(1) }
    if job.failed.keys > 0 && !isPlan { throw ExitCode(1) }
  }

  /// The job with a member `changes`, which is written as it comes: there may be millions.
  private func printJSON(_ text: String, _ job: Reply.Restore) throws {
    let object = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard diff else { return print(object) }
    print("\(object.dropLast()),\"changes\":[", terminator: "")
    var separator = ""
    try pages(job).forEach { page in
      for change in try ReplyPages.elements(of: page, "changes") {
        print(separator + change, terminator: "")
        separator = ","
      }
    }
    print("]}")
  }

  private func printChanges(_ job: Reply.Restore) throws {
    let marks = ["create": "+", "replace": "~", "delete": "-", "skip": "!", "fail": "x"]
    try pages(job).forEach { page in
      for change in try Reply.decode(Reply.Changes.self, page).changes {
        guard let mark = marks[change.action] else { continue }
        // A key may hold line ends, which would look like more keys.
        let hasControls = change.key.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
        let reason = change.reason.map { ": \($0)" } ?? ""
        print("\(mark) \(hasControls ? JSONText.quoted(change.key) : change.key)\(reason)")
      }
    }
  }

  private func pages(_ job: Reply.Restore) -> ReplyPages {
    ReplyPages(client, ["restores", job.id, "changes"])
  }
}

extension Reply {
  struct Restore: Decodable {
    struct Count: Decodable {
      let keys, bytes: UInt64
    }
    let id, bucket, prefix, kind, state, started: String
    let as_of, undelete_since, undelete_until, to, finished, message: String?
    let dry_run: Bool
    let can_undo: Bool?
    let kept_until: String?
    let planned, examined: UInt64
    let created, replaced, deleted, unchanged, skipped, failed: Count
  }
  struct Restores: Decodable { let restores: [Restore] }
  struct Changes: Decodable {
    struct Change: Decodable {
      let key, action: String
      let reason: String?
    }
    let changes: [Change]
  }
  struct Reverted: Decodable {
    let version_id: String
    let size: UInt64
    let unchanged, replaced_is_kept: Bool
  }
}

extension Reply.Restore {
  var isOver: Bool { state != "planning" && state != "running" }

  /// Keys that it changes, or would.
  var changed: UInt64 { created.keys + replaced.keys + deleted.keys }

  /// `restore as of …`
  var what: String {
    let below = prefix.isEmpty ? "" : " below \(prefix)"
    if let since = undelete_since {
      return "undelete\(below) what was deleted from \(since) to \(undelete_until ?? "now")"
    }
    return "restore\(below) as of \(as_of ?? "?")" + (to.map { " to \($0)" } ?? "")
  }

  /// What it did, line by line, each with its end. `command` makes of the words after `weir restore` what is pasted
  /// back.
  func report(_ command: (String) -> String) -> String {
    let head = dry_run ? "\(state), dry run" : state
    var text = "\(bucket): \(what) (\(id)): \(head)\n"
    if let message { text += "  \(message)\n" }
    let would = dry_run ? "would be " : ""
    var table = TextTable(columns: ["", "", "KEYS", "BYTES"])
    for (name, count) in [
      (would + "created", created), (would + "replaced", replaced), (would + "deleted", deleted),
      ("unchanged", unchanged), ("skipped", skipped), ("failed", failed),
    ] {
      table.add(["", name, "\(count.keys)", ByteCount(count.bytes).approximate])
    }
    text += table.text
    if skipped.keys > 0 {
      text += "skipped: written or deleted by others since the restore began, and left as it is\n"
    }
    if failed.keys > 0 {
      text +=
        "failed: damaged or locked, and left as it is (\(command("show \(id) --diff")) says why)\n"
    }
    if can_undo == true {
      let below = prefix.isEmpty ? "" : " --prefix \(Terminal.quoted(prefix))"
      text += "to undo it: \(command("--bucket \(to ?? bucket)\(below) --as-of \(id)"))\n"
    } else if changed > 0, !dry_run {
      text += "it cannot be undone: what it took away is not kept\n"
    }
    if let kept_until {
      text +=
        "what it replaced is kept until \(kept_until), or until: \(command("forget \(id)"))\n"
    }
    return text
  }
}
