import HTTP
import Primitives

/// A webhook that is to be added.
package struct WebhookDraft: Sendable {
  let name: String
  let url: String
  let types: [String]
  let secret: [UInt8]

  /// - Parameters:
  ///   - name: 1 to 64 letters, digits, `-`, `_` and `.`.
  ///   - url: `http` or `https`.
  ///   - types: the types that it wants; empty: all.
  ///   - secret: 24 to 64 bytes.
  package init(name: String, url: String, types: [String], secret: [UInt8]) {
    self.name = name
    self.url = url
    self.types = types
    self.secret = secret
  }

  /// The webhook, if nothing is wrong with it.
  func hook() throws(OutboxError) -> Webhook {
    let isNamed = name.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
      default: false
      }
    }
    guard isNamed, Webhook.nameLength.contains(name.utf8.count) else {
      throw .invalid("a webhook is named with 1 to 64 letters, digits, -, _ and .")
    }
    guard types.count <= Webhook.typesMax,
      types.allSatisfy({ type in
        (1...Webhook.typeLengthMax).contains(type.utf8.count)
          && type.utf8.allSatisfy { (0x21...0x7E).contains($0) }
          && !type.dropLast().contains("*")
      })
    else {
      throw .invalid(
        "types are at most \(Webhook.typesMax), such as weir.flow.* or weir.flow.BucketEgressBandwidth"
      )
    }
    guard Webhook.secretLength.contains(secret.count) else {
      throw .invalid("a secret has 24 to 64 bytes, or is whsec_ and the Base64 of so many")
    }
    let target: HTTPURL
    do throws(HTTPURL.Problem) { target = try HTTPURL(url) } catch {
      throw .invalid(error.description)
    }
    return Webhook(
      name: name, id: SecureRandom.uint64(), url: target, types: types, created: Timestamp.now(),
      key: HMACSHA256Key(secret))
  }
}
