import ArgumentParser
import Primitives

/// `weir versions`: the history of a key.
struct VersionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "versions", abstract: "Show the versions of an object, the newest first.",
    discussion: """
      TIME is when the version was committed, which is what --as-of is held against. A version id will do for --as-of \
      too: it is the moment at which that version was made. REMOVED is when it was deleted for good, or overwritten \
      without versioning: it is kept for the recovery window, a view or a restore, and weir restore --version-id \
      brings it back.
      """)

  @OptionGroup var admin: AdminOptions
  @Argument(help: "s3://BUCKET/KEY")
  var object: ObjectAddress

  func run() throws {
    try object.requireKey()
    let client = try admin.client()
    var rows: [(time: String, cells: [String])] = []
    var (texts, keptTexts): ([String], [String]) = ([], [])
    try ReplyPages(client, ["buckets", object.bucket, "versions"], [("key", object.key)]).forEach { text in
      if admin.json { texts += try ReplyPages.elements(of: text, "versions") }
      for version in try Reply.decode(Reply.Versions.self, text).versions {
        rows.append((version.time, version.cells + [version.latest ? "yes" : "", ""]))
      }
    }
    try ReplyPages(client, ["buckets", object.bucket, "kept"], [("key", object.key)]).forEach { text in
      if admin.json { keptTexts += try ReplyPages.elements(of: text, "kept") }
      for version in try Reply.decode(Reply.KeptVersions.self, text).kept {
        rows.append((version.time, version.cells + ["", version.removed]))
      }
    }
    if admin.json { return printJSON(texts, keptTexts) }
    var table = TextTable(columns: ["VERSION", "TIME", "SIZE", "ETAG", "KIND", "LATEST", "REMOVED"])
    // Both lists have the newest first. The sort keeps the order of what has the same time.
    for row in rows.enumerated().sorted(by: { ($1.element.time, $0.offset) < ($0.element.time, $1.offset) }) {
      table.add(row.element.cells)
    }
    print(table.text, terminator: "")
  }

  private func printJSON(_ versions: [String], _ kept: [String]) {
    var head = JSONBody()
    head.add("bucket", object.bucket)
    head.add("key", object.key)
    print(
      "\(head.text.dropLast()),\"versions\":[\(versions.joined(separator: ","))],"
        + "\"kept\":[\(kept.joined(separator: ","))]}")
  }
}

extension Reply {
  struct Versions: Decodable {
    struct Version: Decodable {
      let version_id, time, kind: String
      let latest: Bool
      let size: UInt64?
      let etag: String?

      var cells: [String] {
        [version_id, time, size.map { ByteCount($0).approximate } ?? "-", etag ?? "-", kind]
      }
    }
    let versions: [Version]
  }
  struct KeptVersions: Decodable {
    struct Version: Decodable {
      let version_id, time, kind, removed: String
      let size: UInt64?
      let etag: String?

      var cells: [String] {
        [version_id, time, size.map { ByteCount($0).approximate } ?? "-", etag ?? "-", kind]
      }
    }
    let kept: [Version]
  }
}
