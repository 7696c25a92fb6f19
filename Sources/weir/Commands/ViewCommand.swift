import ArgumentParser
import Primitives
import Server

/// `weir view`: names under which clients read a bucket as it was at a moment.
struct ViewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view", abstract: "Make a bucket as it was at a moment readable under a name of its own.",
    discussion: """
      A view is used like a bucket by any S3 client, and is read only. What it shows is kept for as long as it is there.
      """,
    subcommands: [Create.self, List.self, Show.self, Delete.self])

  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a view.")

    @OptionGroup var admin: AdminOptions
    @Option(help: "The bucket to show.")
    var bucket: String
    @Option(
      parsing: .unconditional,
      help: "The moment: 2026-11-20T10:00:00Z, 1h ago, -1h, or the id of a version or a restore; else now.")
    var asOf: String?
    @Option(help: "Show only keys that begin with this; keys stay as they are.")
    var prefix: String?
    @Option(help: "Delete the view by itself: after 90d, say, or at a time.")
    var expires: String?
    @Argument(help: "The view's name; no bucket may have it.")
    var name: String

    func run() throws {
      var body = JSONBody()
      body.add("name", name)
      body.add("bucket", bucket)
      body.add("as_of", try asOf.map { try WrittenTime.moment($0, "--as-of") })
      body.add("prefix", prefix)
      body.add("expires", try expires.map { try WrittenTime.deadline($0, "--expires").iso8601 })
      let reply = try admin.client().call("POST", AdminClient.target(["views"]), body: body.text)
      try ViewText.show(reply, json: admin.json)
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the views.")

    @OptionGroup var admin: AdminOptions

    func run() throws {
      let reply = try admin.client().call("GET", AdminClient.target(["views"]))
      if admin.json { return print(reply) }
      var table = TextTable(columns: ["VIEW", "BUCKET", "AS OF", "PREFIX", "EXPIRES"])
      for view in try Reply.decode(Reply.Views.self, reply).views {
        table.add([
          view.name, view.bucket, view.as_of, view.prefix.isEmpty ? "-" : view.prefix,
          view.expires ?? "never",
        ])
      }
      print(table.text, terminator: "")
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show a view.")

    @OptionGroup var admin: AdminOptions
    @Argument(help: "The view's name.")
    var name: String

    func run() throws {
      let reply = try admin.client().call("GET", AdminClient.target(["views", name]))
      try ViewText.show(reply, json: admin.json)
    }
  }

  struct Delete: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Delete a view. The bucket stays as it is; what only the view kept is let go of.")

    @OptionGroup var admin: AdminOptions
    @Flag(help: "Only say what would be deleted.")
    var dryRun = false
    @Argument(help: "The view's name.")
    var name: String

    func run() throws {
      let reply = try admin.client().call(dryRun ? "GET" : "DELETE", AdminClient.target(["views", name]))
      if admin.json { return print(reply) }
      let view = try Reply.decode(Reply.View.self, reply)
      print(
        "\(dryRun ? "would delete" : "deleted") \(view.name), a view of \(view.bucket) as of \(view.as_of)")
    }
  }
}

/// Views as text.
enum ViewText {
  /// Prints a view that the server has answered with.
  static func show(_ reply: String, json: Bool) throws {
    if json { return print(reply) }
    let view = try Reply.decode(Reply.View.self, reply)
    print("view     \(view.name)")
    print("bucket   \(view.bucket)")
    print("as of    \(view.as_of) (exactly: \(view.moment))")
    if !view.prefix.isEmpty { print("prefix   \(view.prefix)") }
    print("expires  \(view.expires ?? "never")")
  }
}

extension Reply {
  struct View: Decodable {
    let name, bucket, as_of, moment, prefix, created: String
    let expires: String?
  }
  struct Views: Decodable { let views: [View] }
}
