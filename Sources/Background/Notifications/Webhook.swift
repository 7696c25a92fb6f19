package import HTTP
package import Primitives

/// Where events are sent to.
package struct Webhook: Sendable {
  /// Characters of a name.
  package static let nameLength = 1...64
  /// Patterns of a webhook, at most, and characters of one.
  package static let typesMax = 16
  package static let typeLengthMax = 128
  /// Bytes of a secret: those that Standard Webhooks asks for.
  package static let secretLength = 24...64

  package let name: String
  /// Tells it from others of its name, before it and after it.
  let id: UInt64
  package let url: HTTPURL
  /// The types that it wants; one that ends in `*` stands for all that begin so. Empty: all.
  package let types: [String]
  package let created: Timestamp
  /// What events are signed with.
  let key: HMACSHA256Key

  /// Whether it wants events of a type.
  func wants(_ type: String) -> Bool {
    types.isEmpty
      || types.contains { $0.hasSuffix("*") ? type.hasPrefix($0.dropLast()) : type == $0 }
  }

  /// The headers of Standard Webhooks that go with a body, signed at `seconds` since 1970 UTC.
  ///
  /// <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>
  func headers(_ eventID: String, _ body: [UInt8], seconds: Int64) -> [(
    name: String, value: String
  )] {
    let signed = Array("\(eventID).\(seconds).".utf8) + body
    return [
      ("Content-Type", "application/cloudevents+json; charset=utf-8"),
      ("webhook-id", eventID), ("webhook-timestamp", "\(seconds)"),
      ("webhook-signature", "v1,\(Base64.encode(key.authenticate(signed)))"),
    ]
  }
}

/// A webhook's secret, as people handle it: `whsec_` and Base64.
package enum WebhookSecret {
  private static let prefix = "whsec_"

  /// A new one.
  package static func make() -> [UInt8] { SecureRandom.bytes(32) }

  package static func text(_ secret: [UInt8]) -> String { prefix + Base64.encode(secret) }

  /// The secret that a text stands for: what it decodes to behind `whsec_`, else its own bytes. Nil for one of the
  /// wrong length.
  package static func parse(_ text: String) -> [UInt8]? {
    let secret =
      text.hasPrefix(prefix)
      ? Base64.decode(String(text.dropFirst(prefix.count))) : Array(text.utf8)
    return secret.flatMap { Webhook.secretLength.contains($0.count) ? $0 : nil }
  }
}
