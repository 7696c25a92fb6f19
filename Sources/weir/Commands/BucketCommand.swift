import ArgumentParser
import Foundation
import Primitives
import Server

/// `weir bucket`: what S3's API does not show or set of the buckets of a running server.
struct BucketCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bucket", abstract: "Show and set how buckets keep their past.",
    subcommands: [List.self, Show.self, SetVersioning.self, SetRecoveryWindow.self, Undelete.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the buckets, and the deleted ones that can be undeleted.")

    @OptionGroup var admin: AdminOptions

    func run() throws {
      let pages = try BucketPages(admin.client())
      if admin.json { return print(pages.json) }
      var table = TextTable(columns: ["BUCKET", "CREATED", "VERSIONING", "WINDOW", "OBJECTS", "BYTES"])
      for bucket in pages.buckets {
        table.add([
          bucket.name, bucket.created, bucket.versioning, bucket.window, "\(bucket.objects)",
          BucketText.size(bucket.bytes),
        ])
      }
      print(table.text, terminator: "")
      if pages.deleted.isEmpty { return }
      var deleted = TextTable(columns: ["DELETED BUCKET", "ID", "DELETED", "CAN BE UNDELETED UNTIL"])
      for bucket in pages.deleted {
        deleted.add([bucket.name, bucket.id, bucket.deleted, bucket.restorable_until])
      }
      print("\n" + deleted.text, terminator: "")
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show a bucket: how it is set, how far back it can be restored, what it holds.")

    @OptionGroup var admin: AdminOptions
    @Argument(help: "The bucket's name.")
    var name: String

    func run() throws {
      let reply = try admin.client().call("GET", AdminClient.target(["buckets", name]))
      try BucketText.show(reply, json: admin.json)
    }
  }

  struct SetVersioning: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Turn versioning on, or suspend it. There is no way back to a bucket without versioning.")

    enum State: String, ExpressibleByArgument, CaseIterable {
      case enabled, suspended
    }

    @OptionGroup var admin: AdminOptions
    @Argument(help: "The bucket's name.")
    var name: String
    @Argument(help: "enabled or suspended.")
    var state: State

    func run() throws {
      var body = JSONBody()
      body.add("state", state.rawValue)
      let target = AdminClient.target(["buckets", name, "versioning"])
      try BucketText.show(try admin.client().call("PUT", target, body: body.text), json: admin.json)
    }
  }

  struct SetRecoveryWindow: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Say for how long what is deleted for good, or overwritten without versioning, stays restorable.",
      discussion: """
        0 turns it off: what is kept is then let go of. A shorter window lets go of what is older. What is kept takes \
        space like any object; weir bucket show says how much.
        """)

    @OptionGroup var admin: AdminOptions
    @Argument(help: "The bucket's name.")
    var name: String
    @Argument(help: "A duration such as 7d or 12h; 0 for none.")
    var window: String

    func run() throws {
      var body = JSONBody()
      body.add("seconds", try WrittenTime.seconds(window, "the recovery window"))
      let target = AdminClient.target(["buckets", name, "recovery-window"])
      try BucketText.show(try admin.client().call("PUT", target, body: body.text), json: admin.json)
    }
  }

  struct Undelete: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Bring a deleted bucket back, within its recovery window.",
      discussion: """
        It comes back with its settings and its past, and as empty as it was when it was deleted: weir restore \
        --bucket NAME --as-of TIME then brings its objects back.
        """)

    @OptionGroup var admin: AdminOptions
    @Option(help: "Which of several deleted buckets of that name (weir bucket list shows the ids).")
    var id: String?
    @Argument(help: "The bucket's name.")
    var name: String

    func run() throws {
      var body = JSONBody()
      body.add("id", id)
      let target = AdminClient.target(["buckets", name, "undelete"])
      try BucketText.show(try admin.client().call("POST", target, body: body.text), json: admin.json)
    }
  }
}

/// All pages of the list of buckets.
private struct BucketPages {
  private(set) var buckets: [Reply.Bucket] = []
  private(set) var deleted: [Reply.DeletedBucket] = []
  private var texts: [String] = []
  private var deletedTexts: [String] = []

  init(_ client: AdminClient) throws {
    var pages: [String] = []
    try ReplyPages(client, ["buckets"]).forEach { pages.append($0) }
    for text in pages {
      let page = try Reply.decode(Reply.Buckets.self, text)
      buckets += page.buckets
      deleted += page.deleted ?? []
      texts += try ReplyPages.elements(of: text, "buckets")
      deletedTexts += try ReplyPages.elements(of: text, "deleted")
    }
  }

  var json: String {
    "{\"buckets\":[\(texts.joined(separator: ","))],\"deleted\":[\(deletedTexts.joined(separator: ","))]}"
  }
}

/// Buckets as text.
enum BucketText {
  /// Prints a bucket that the server has answered with.
  static func show(_ reply: String, json: Bool) throws {
    if json { return print(reply) }
    let bucket = try Reply.decode(Reply.Bucket.self, reply)
    var lines: [(String, String)] = [
      ("bucket", bucket.name), ("created", "\(bucket.created), in \(bucket.region)"),
      ("versioning", bucket.versioning),
    ]
    if bucket.object_lock {
      lines.append(("object lock", "on" + (bucket.default_retention.map { ", by default \($0)" } ?? "")))
    }
    if let worm = bucket.worm { lines.append(("WORM", worm)) }
    lines.append(("recovery window", bucket.window))
    if let earliest = bucket.earliest_restorable {
      lines.append(("restorable", "as of \(earliest) to \(bucket.latest_restorable)"))
    } else {
      lines.append(
        ("restorable", "no: set a recovery window or enable versioning, and from then on it will be"))
    }
    lines.append(("current", held(bucket.objects, "object", bucket.bytes)))
    lines.append(("noncurrent", held(bucket.noncurrent_versions, "version", bucket.noncurrent_bytes)))
    lines.append(("kept", held(bucket.kept_versions, "removed version", bucket.kept_bytes)))
    for view in bucket.views {
      let below = view.prefix.isEmpty ? "" : ", below \(view.prefix)"
      lines.append(("view", "\(view.name) as of \(view.as_of)\(below)"))
    }
    for (name, value) in lines {
      print(name.padding(toLength: 17, withPad: " ", startingAt: 0) + value)
    }
  }

  static func held(_ count: Int64, _ what: String, _ bytes: Int64) -> String {
    "\(count) \(what)\(count == 1 ? "" : "s"), \(size(bytes))"
  }

  static func size(_ bytes: Int64) -> String { ByteCount(UInt64(max(0, bytes))).approximate }
}

extension Reply {
  struct Bucket: Decodable {
    let name, created, region, versioning, latest_restorable: String
    let object_lock: Bool
    let default_retention, worm, earliest_restorable: String?
    let recovery_window_seconds: Int64
    let objects, bytes, noncurrent_versions, noncurrent_bytes, kept_versions, kept_bytes: Int64
    let views: [View]

    /// The recovery window as people write it.
    var window: String {
      recovery_window_seconds == 0 ? "none" : DurationText.format(.seconds(recovery_window_seconds))
    }
  }
  struct DeletedBucket: Decodable { let name, id, deleted, restorable_until: String }
  struct Buckets: Decodable {
    let buckets: [Bucket]
    let deleted: [DeletedBucket]?
  }
}
