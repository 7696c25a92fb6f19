import ArgumentParser
import Primitives
import Server

/// `weir lifecycle`: what buckets' lifecycle rules do, and what they will do.
struct LifecycleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lifecycle", abstract: "Show what the lifecycle rules of a bucket do, and will do.",
    discussion: """
      The rules themselves are set by any S3 or OSS client, for example with \
      aws s3api put-bucket-lifecycle-configuration.
      """,
    subcommands: [Status.self, Preview.self])

  struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show a bucket's rules, whether they are on time, and what they have done.",
      discussion: "What was done is counted since the server started.")

    @OptionGroup var admin: AdminOptions
    @Argument(help: "The bucket's name.")
    var bucket: String

    func run() throws {
      let reply = try admin.client().call("GET", AdminClient.target(["buckets", bucket, "lifecycle"]))
      if admin.json { return print(reply) }
      let status = try Reply.decode(Reply.LifecycleStatus.self, reply)
      guard !status.rules.isEmpty else {
        return print("\(bucket) has no lifecycle rules: put-bucket-lifecycle-configuration sets them")
      }
      var rules = TextTable(columns: ["RULE", "STATUS", "PREFIX", "DOES"])
      for rule in status.rules {
        rules.add([
          rule.id, rule.enabled ? "enabled" : "disabled", rule.prefix.isEmpty ? "-" : rule.prefix,
          rule.actions,
        ])
      }
      print(rules.text)
      var facts = TextTable(columns: ["FACT", "VALUE"])
      for (name, value) in status.facts { facts.add([name, value]) }
      print(facts.text, terminator: "")
    }
  }

  struct Preview: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show what a bucket's rules would do in the next days, if nothing was written until then.",
      discussion: "Nothing is changed. A locked version is shown, and stays when its time has come.")

    @OptionGroup var admin: AdminOptions
    @Option(help: "How many days to look ahead.")
    var days = 30
    @Argument(help: "The bucket's name.")
    var bucket: String

    func run() throws {
      let target = AdminClient.target(["buckets", bucket, "lifecycle", "preview"], [("days", "\(days)")])
      let reply = try admin.client().call("GET", target)
      if admin.json { return print(reply) }
      let preview = try Reply.decode(Reply.LifecyclePreview.self, reply)
      var table = TextTable(columns: [
        "DUE", "EXPIRE", "OLD VERSIONS", "MARKERS", "UPLOADS", "BYTES", "TRANSITIONS",
      ])
      for day in preview.days {
        table.add([
          day.time, "\(day.expired)", "\(day.removed_versions)", "\(day.removed_markers)",
          "\(day.aborted_uploads)", ByteCount(day.bytes).approximate, "\(day.transitions)",
        ])
      }
      print(table.text, terminator: "")
      if !preview.indexed {
        print("the bucket's keys are not all indexed by its rules yet: ask again in a minute")
      } else if preview.days.isEmpty {
        print("nothing is due before \(preview.until)")
      }
      if preview.truncated { print("only the first \(preview.keys) keys were judged") }
    }
  }
}

extension Reply {
  struct LifecycleStatus: Decodable {
    struct Rule: Decodable {
      let id, prefix, actions: String
      let enabled: Bool
    }
    let rules: [Rule]
    let set, oldest_due, next, last: String?
    let indexed, due_is_more: Bool
    let due, failures, expired, removed_versions, removed_markers, aborted_uploads, bytes, held: UInt64
    let transitions, transition_bytes: UInt64

    var facts: [(String, String)] {
      [
        ("rules set", set ?? "-"),
        ("keys indexed", indexed ? "all" : "not yet all"),
        ("keys due now", "\(due)\(due_is_more ? " or more" : "")\(oldest_due.map { ", since \($0)" } ?? "")"),
        ("next due", next ?? "-"),
        ("last looked at", last ?? "-"),
        ("objects expired", "\(expired)"),
        ("old versions removed", "\(removed_versions)"),
        ("sole delete markers removed", "\(removed_markers)"),
        ("uploads aborted", "\(aborted_uploads)"),
        ("bytes of these", ByteCount(bytes).approximate),
        ("times held by a lock", "\(held)"),
        ("changes of class", "\(transitions)"),
        ("bytes that changed class", ByteCount(transition_bytes).approximate),
        ("failures", "\(failures)"),
      ]
    }
  }

  struct LifecyclePreview: Decodable {
    struct Day: Decodable {
      let time: String
      let expired, removed_versions, removed_markers, aborted_uploads, bytes, transitions: UInt64
    }
    let until: String
    let indexed: Bool
    let keys: UInt64
    let truncated: Bool
    let days: [Day]
  }
}
