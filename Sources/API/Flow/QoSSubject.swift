import Flow
import Objects
import Primitives

/// What a QoS operation is about: a node, with the names that it is shown by.
struct QoSSubject: Sendable {
  let node: FlowNode
  private let bucketName: String
  private let userName: String

  static func bucket(_ bucket: BucketInfo) -> QoSSubject {
    QoSSubject(node: .bucket(bucket.id), bucketName: bucket.name.string, userName: "")
  }

  static func group(_ name: String, of pool: String) -> QoSSubject {
    QoSSubject(node: .group(pool: pool, name: name), bucketName: "", userName: "")
  }

  static func requester(_ requester: (id: String, name: String), at bucket: BucketInfo) -> QoSSubject {
    QoSSubject(
      node: .bucketRequester(bucket: bucket.id, user: requester.id), bucketName: bucket.name.string,
      userName: requester.name)
  }

  static func requester(_ requester: (id: String, name: String), at pool: String) -> QoSSubject {
    QoSSubject(
      node: .poolRequester(pool: pool, user: requester.id), bucketName: "", userName: requester.name)
  }

  func record(_ settings: NodeSettings) -> NodeRecord {
    NodeRecord(settings, bucketName: bucketName, userName: userName)
  }

  /// As the admin API shows it.
  var name: String { node.name(record(NodeSettings())) }
}

extension QoS {
  /// The node of `resourcePool` and `resourcePoolBucketGroup`.
  ///
  /// - Throws: InvalidArgument where one is missing, NoSuchResourcePool.
  func group(_ request: APIRequest) throws(S3Error) -> QoSSubject {
    let pool = try pool(request)
    return .group(try Self.value("resourcePoolBucketGroup", request), of: pool)
  }

  /// The limits that were set for a subject.
  ///
  /// - Throws: NoSuchQoSConfiguration where none were.
  func thresholds(at subject: QoSSubject) throws(S3Error) -> NodeSettings {
    guard let record = thresholds[subject.node] else { throw S3Error(.noSuchQoSConfiguration) }
    return record.settings
  }

  /// The nodes that limits were set for.
  var thresholds: [FlowNode: NodeRecord] { configuration.nodes.filter { $0.value.settings.hasThresholds } }
}

extension QoSEdit {
  /// Sets the limits of a subject; guarantee, priority and weight stay.
  static func set(_ wanted: NodeSettings, at subject: QoSSubject, minimum: UInt64) -> QoSEdit {
    let node = subject.node
    return QoSEdit(summary: "\(subject.name): \(QoSDocument.summary(wanted))") {
      (before) throws(FlowError) in
      try ThresholdRules.check(wanted, at: node, in: before, minimum: minimum)
      var settings = before.nodes[node]?.settings ?? NodeSettings()
      settings.caps = wanted.caps
      settings.requests = wanted.requests
      return .hold(node, subject.record(settings))
    }
  }

  /// Takes the limits of a subject away; guarantee, priority and weight stay.
  static func clear(_ subject: QoSSubject) -> QoSEdit {
    QoSEdit(summary: "\(subject.name): limits taken away") { (before) throws(FlowError) in
      var settings = before.nodes[subject.node]?.settings ?? NodeSettings()
      settings.caps = BandwidthLimits()
      settings.requests = RateLimits()
      return .set(subject.node, subject.record(settings))
    }
  }
}

/// `RequesterQoSInfo`.
enum RequesterQoSElement {
  static func write(_ id: String, _ settings: NodeSettings, to xml: inout XMLWriter) {
    xml.open("RequesterQoSInfo")
    xml.element("Requester", id)
    QoSDocument.element(settings, to: &xml)
    xml.close("RequesterQoSInfo")
  }
}

/// `ResourcePoolBucketGroupQoSInfo`.
enum BucketGroupQoSElement {
  static func write(_ name: String, _ settings: NodeSettings, to xml: inout XMLWriter) {
    xml.open("ResourcePoolBucketGroupQoSInfo")
    xml.element("BucketGroup", name)
    QoSDocument.element(settings, to: &xml)
    xml.close("ResourcePoolBucketGroupQoSInfo")
  }
}
