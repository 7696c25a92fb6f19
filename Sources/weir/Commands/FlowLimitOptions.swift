import ArgumentParser
import Server

/// Whether a change is only tried out.
struct FlowChangeOptions: ParsableArguments {
  @Flag(help: "Change nothing: say what would be, or why it would be refused.")
  var dryRun = false

  /// The path of a request of the admin API.
  func target(_ path: [String]) -> String {
    AdminClient.target(["flow"] + path, dryRun ? [("dry_run", "true")] : [])
  }

  /// What a person is told of a change.
  func told(_ text: String) -> String { dryRun ? "\(text) (dry run: nothing was changed)" : text }
}

/// The limits of a node, as options. What is not given stays as it is.
struct FlowLimitOptions: ParsableArguments {
  @Option(help: "Downloads at most: 10Gbps, 500MiB/s; none for no limit of its own, 0 to forbid them.")
  var download: String?
  @Option(help: "Uploads at most.")
  var upload: String?
  @Option(help: "Downloads to the intranet at most.")
  var intranetDownload: String?
  @Option(help: "Uploads from the intranet at most.")
  var intranetUpload: String?
  @Option(help: "Downloads to the extranet at most.")
  var extranetDownload: String?
  @Option(help: "Uploads from the extranet at most.")
  var extranetUpload: String?
  @Option(
    help: "What is there whenever it is asked for; of the directions that are limited here, or else of both.")
  var guarantee: String?
  @Option(help: "The guarantee of downloads.")
  var guaranteeDownload: String?
  @Option(help: "The guarantee of uploads.")
  var guaranteeUpload: String?
  @Option(help: "Requests each second at most; more are answered 503.")
  var qps: String?
  @Option(help: "Requests from the intranet each second at most.")
  var intranetQps: String?
  @Option(help: "Requests from the extranet each second at most.")
  var extranetQps: String?
  @Option(help: "1 to 10: above the guarantees, who is served first.")
  var priority: String?
  @Option(help: "Of a requester: its part of what is left, in proportion to the others'; 1 unless it is set.")
  var weight: String?
  @Flag(help: "Forget what was set before.")
  var clear = false
  @OptionGroup var change: FlowChangeOptions

  /// The limits as the admin API takes them; nil where none is given.
  var json: String? {
    var body = JSONBody()
    body.add("download", download)
    body.add("upload", upload)
    body.add("intranet_download", intranetDownload)
    body.add("intranet_upload", intranetUpload)
    body.add("extranet_download", extranetDownload)
    body.add("extranet_upload", extranetUpload)
    let isForBoth = download == nil && upload == nil
    body.add("guarantee_download", guaranteeDownload ?? (isForBoth || download != nil ? guarantee : nil))
    body.add("guarantee_upload", guaranteeUpload ?? (isForBoth || upload != nil ? guarantee : nil))
    body.add("qps", qps)
    body.add("intranet_qps", intranetQps)
    body.add("extranet_qps", extranetQps)
    body.add("priority", priority)
    body.add("weight", weight)
    return body.text == "{}" ? nil : body.text
  }

  /// Sets them at a node and prints how it is then.
  func set(_ node: JSONBody, _ admin: AdminOptions, shown kind: String, _ name: String) throws {
    guard json != nil || clear else { throw ValidationError("give a limit, or --clear") }
    var body = JSONBody()
    body.add("node", json: node.text)
    if let json { body.add("limits", json: json) }
    if clear { body.add("clear", true) }
    let reply = try admin.client().call("PUT", change.target(["nodes"]), body: body.text)
    if admin.json { return print(reply) }
    let flow = try Reply.decode(Reply.Flow.self, reply)
    let wanted = name.isEmpty ? kind : "\(kind) \(name)"
    guard let node = flow.nodes.first(where: { $0.name == wanted }) else {
      return print(change.told("\(wanted): no limits"))
    }
    print(change.told("\(node.name): \(node.summary)"))
  }
}

extension Reply {
  struct Flow: Decodable {
    struct Bucket: Decodable {
      let name, joined: String
      let group: String?
    }
    struct Pool: Decodable {
      let name, created: String
      let buckets: [Bucket]
    }
    struct Node: Decodable {
      let name, kind: String
      let upload, download, intranet_upload, intranet_download, extranet_upload, extranet_download: UInt64?
      let guarantee_upload, guarantee_download: UInt64?
      let qps, intranet_qps, extranet_qps: UInt64?
      let priority, weight: UInt64?
    }
    struct Level: Decodable {
      let level: UInt64
      let guarantee_upload, guarantee_download: UInt64?
      let members: [String]
    }
    struct Priorities: Decodable {
      let pool, of: String
      let default_level: UInt64
      let levels: [Level]
    }
    let generation: UInt64
    let pools: [Pool]
    let nodes: [Node]
    let priorities: [Priorities]
  }
  struct FlowUsage: Decodable {
    struct Flow: Decodable {
      let id, user: String
      let bucket, pool, group: String?
      let upload_bytes, download_bytes, upload_delay_ms, download_delay_ms, requests, refused: UInt64
    }
    let time_ms: Int64
    let flows: [Flow]
  }
}

extension Reply.Flow.Node {
  /// `download 500MiB/s, priority 3`.
  var summary: String {
    let rates: [(String, UInt64?)] = [
      ("download", download), ("upload", upload), ("intranet download", intranet_download),
      ("intranet upload", intranet_upload), ("extranet download", extranet_download),
      ("extranet upload", extranet_upload), ("guaranteed download", guarantee_download),
      ("guaranteed upload", guarantee_upload),
    ]
    let numbers: [(String, UInt64?)] = [
      ("qps", qps), ("intranet qps", intranet_qps), ("extranet qps", extranet_qps), ("priority", priority),
      ("weight", weight),
    ]
    let texts =
      rates.compactMap { name, rate in
        rate.map { $0 == 0 ? "\(name) forbidden" : "\(name) \(FlowTable.rate($0))" }
      }
      + numbers.compactMap { name, number in number.map { "\(name) \($0)" } }
    return texts.isEmpty ? "no limits" : texts.joined(separator: ", ")
  }
}
