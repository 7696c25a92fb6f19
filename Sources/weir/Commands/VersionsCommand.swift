import ArgumentParser
import Primitives

/// `weir versions`: the history of a key.
struct VersionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "versions", abstract: "Show the versions of an object, the newest first.",
    discussion: """
      TIME is when the version was committed, which is what --as-of is held against. A version id will do for --as-of \
      too: it is the moment at which that version was made.
      """)

  @OptionGroup var admin: AdminOptions
  @Argument(help: "s3://BUCKET/KEY")
  var object: ObjectAddress

  func run() throws {
    try object.requireKey()
    let pages = ReplyPages(
      try admin.client(), ["buckets", object.bucket, "versions"], [("key", object.key)])
    var table = TextTable(columns: ["VERSION", "TIME", "SIZE", "ETAG", "KIND", "LATEST"])
    var texts: [String] = []
    try pages.forEach { text in
      if admin.json { texts += try ReplyPages.elements(of: text, "versions") }
      for version in try Reply.decode(Reply.Versions.self, text).versions {
        table.add([
          version.version_id, version.time, version.size.map { ByteCount($0).approximate } ?? "-",
          version.etag ?? "-", version.kind, version.latest ? "yes" : "",
        ])
      }
    }
    guard admin.json else { return print(table.text, terminator: "") }
    var head = JSONBody()
    head.add("bucket", object.bucket)
    head.add("key", object.key)
    print("\(head.text.dropLast()),\"versions\":[\(texts.joined(separator: ","))]}")
  }
}

extension Reply {
  struct Versions: Decodable {
    struct Version: Decodable {
      let version_id, time, kind: String
      let latest: Bool
      let size: UInt64?
      let etag: String?
    }
    let versions: [Version]
  }
}
