package import Primitives

/// Something that happened, which others may want to hear of.
package struct Event: Hashable, Sendable {
  /// 16 bytes: milliseconds since 1970 UTC and random ones, so that ids are in the order of time. Whoever gets an event
  /// twice knows it by its id.
  package let id: [UInt8]
  /// What happened, with dots: `weir.flow.BucketEgressBandwidth`. Printable ASCII.
  package let type: String
  /// What it happened to: `bucket data`.
  package let subject: String
  package let time: Timestamp
  /// What else there is to say: a JSON object.
  package let data: String

  package init(
    id: [UInt8]? = nil, type: String, subject: String, time: Timestamp, data: String
  ) {
    self.id = id ?? Self.makeID(time)
    self.type = type
    self.subject = subject
    self.time = time
    self.data = data
  }

  /// A new id.
  package static func makeID(_ time: Timestamp) -> [UInt8] {
    var writer = ByteWriter()
    writer.i64(time.milliseconds)
    writer.u64(SecureRandom.uint64())
    return writer.bytes
  }

  /// Hexadecimal.
  package var idText: String { Hex.encode(id) }

  /// The event in CloudEvents' JSON format, version 1.0. `source` is a URI reference that names this server.
  ///
  /// <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md>
  func cloudEvent(source: String) -> String {
    var object = JSONObject()
    object.add("specversion", "1.0")
    object.add("id", idText)
    object.add("source", source)
    object.add("type", type)
    object.add("subject", subject)
    object.add("time", time)
    object.add("datacontenttype", "application/json")
    object.add("data", json: data)
    return object.json
  }
}
