import Background
import Flow
import Primitives

/// Flow control as JSON.
enum FlowText {
  /// All that is configured: pools with their buckets, the limits of every node, priorities, all in a fixed order.
  static func json(_ configuration: FlowConfiguration) -> String {
    var reply = JSONObject()
    reply.add("generation", configuration.generation)
    reply.add(
      "pools",
      list: configuration.pools.sorted { $0.key < $1.key }.map { name, pool in
        var object = JSONObject()
        object.add("name", name)
        object.add("created", pool.created)
        object.add(
          "buckets",
          list: configuration.buckets(of: name).map { _, member in
            var bucket = JSONObject()
            bucket.add("name", member.bucketName)
            bucket.add("group", member.group)
            bucket.add("joined", member.joined)
            return bucket.json
          })
        return object.json
      })
    let nodes = configuration.nodes.map { (name: name($0.key, $0.value), node: $0.key, record: $0.value) }
      .sorted { ($0.node.order, $0.name) < ($1.node.order, $1.name) }
    reply.add("nodes", list: nodes.map { json($0.node, $0.record) })
    reply.add("priorities", list: priorities(configuration))
    return reply.json
  }

  /// As people call it.
  static func name(_ node: FlowNode, _ record: NodeRecord) -> String { node.name(record) }

  private static func json(_ node: FlowNode, _ record: NodeRecord) -> String {
    var object = JSONObject()
    object.add("name", name(node, record))
    object.add("kind", node.kind)
    object.add("pool", node.pool)
    if case .group(_, let group) = node { object.add("group", group) }
    object.add("bucket", record.bucketName.isEmpty ? nil : record.bucketName)
    object.add("user", record.userName.isEmpty ? nil : record.userName)
    let settings = record.settings
    object.add("upload", settings.caps[.upload, .total])
    object.add("download", settings.caps[.download, .total])
    object.add("intranet_upload", settings.caps[.upload, .intranet])
    object.add("intranet_download", settings.caps[.download, .intranet])
    object.add("extranet_upload", settings.caps[.upload, .extranet])
    object.add("extranet_download", settings.caps[.download, .extranet])
    object.add("guarantee_upload", settings.guarantees[.upload, .total])
    object.add("guarantee_download", settings.guarantees[.download, .total])
    object.add("qps", settings.requests[.total])
    object.add("intranet_qps", settings.requests[.intranet])
    object.add("extranet_qps", settings.requests[.extranet])
    object.add("priority", settings.priority)
    object.add("weight", settings.weight)
    return object.json
  }

  /// Events, in the order given.
  static func json(_ events: [FlowCrossing]) -> String {
    var reply = JSONObject()
    reply.add("events", list: events.map(\.json))
    return reply.json
  }

  /// What has moved for each user at each bucket since the flow is there; who shows rates asks twice.
  static func usage(_ control: FlowControl, names: [String: String]) -> String {
    let configuration = control.configuration
    var flows: [String: JSONUsage] = [:]
    for (path, usage) in control.usage {
      let member = path.bucket.flatMap { configuration.members[$0] }
      let bucket = path.bucket.map { String($0, radix: 16) }
      let key = "\(path.user) \(bucket ?? "-")"
      flows[
        key,
        default: JSONUsage(
          id: key, user: names[path.user] ?? path.user,
          bucket: path.bucketName.isEmpty ? nil : path.bucketName,
          pool: member?.pool, group: member?.group)
      ].add(usage)
    }
    var reply = JSONObject()
    reply.add("time_ms", Timestamp.now().milliseconds)
    reply.add("flows", list: flows.sorted { $0.key < $1.key }.map { $0.value.json })
    return reply.json
  }
}

/// What has moved for one user at one bucket.
private struct JSONUsage {
  let id: String
  let user: String
  let bucket: String?
  let pool: String?
  let group: String?
  private var total = FlowUsage()

  init(id: String, user: String, bucket: String?, pool: String?, group: String?) {
    self.id = id
    self.user = user
    self.bucket = bucket
    self.pool = pool
    self.group = group
  }

  mutating func add(_ usage: FlowUsage) {
    for index in total.bytes.indices {
      total.bytes[index] &+= usage.bytes[index]
      total.delay[index] &+= usage.delay[index]
    }
    total.requests &+= usage.requests
    total.refusals &+= usage.refusals
  }

  var json: String {
    var object = JSONObject()
    object.add("id", id)
    object.add("user", user)
    object.add("bucket", bucket)
    object.add("pool", pool)
    object.add("group", group)
    object.add("upload_bytes", total.bytes[Direction.upload.rawValue])
    object.add("download_bytes", total.bytes[Direction.download.rawValue])
    object.add("upload_delay_ms", total.delay[Direction.upload.rawValue] / 1_000_000)
    object.add("download_delay_ms", total.delay[Direction.download.rawValue] / 1_000_000)
    object.add("requests", total.requests)
    object.add("refused", total.refusals)
    return object.json
  }
}

extension FlowNode {
  /// The order in which kinds of nodes are shown.
  fileprivate var order: Int {
    switch self {
    case .server: 0
    case .background: 1
    case .pool: 2
    case .group: 3
    case .bucket: 4
    case .poolRequester: 5
    case .bucketRequester: 6
    }
  }
}
