/// The chain of signatures over the chunks and the trailer of one aws-chunked body (S3, "Transferring payload in
/// multiple chunks" and "Including trailing headers").
///
/// Each chunk's signature covers the one before it; the first covers the request's own, the seed. A value:
/// a copy continues its own chain.
package struct SigV4ChunkSigner: Sendable {
  /// The signature before the next chunk, 64 digits.
  package private(set) var previous: [UInt8]
  private let key: HMACSHA256Key
  /// Time and scope lines, LF at their end.
  private let context: [UInt8]

  /// - Parameters:
  ///   - seed: the request's signature, 64 lower-case digits.
  ///   - key: the derived signing key of the request.
  ///   - date: `YYYYMMDDTHHMMSSZ`, as in the request's string to sign.
  ///   - scope: the text of the scope.
  package init(
    seed: [UInt8], key: HMACSHA256Key, date: Span<UInt8>, scope: Span<UInt8>
  ) {
    self.previous = seed
    self.key = key
    var context: [UInt8] = []
    context.append(date)
    context.append(SigV4.newline)
    context.append(scope)
    context.append(SigV4.newline)
    self.context = context
  }

  /// What the next chunk's signature signs. `hash` is the SHA-256 of the chunk's data, 32 bytes.
  package func stringToSign(chunkHash hash: [UInt8]) -> [UInt8] {
    var text = Array("AWS4-HMAC-SHA256-PAYLOAD\n".utf8)
    text.reserveCapacity(320)
    text.append(contentsOf: context)
    text.append(contentsOf: previous)
    text.append(SigV4.newline)
    text.append(contentsOf: Self.emptyHash)
    text.append(SigV4.newline)
    Hex.append(hash, to: &text)
    return text
  }

  /// What the trailer's signature signs. `hash` is the SHA-256 of the trailer block: `name:value` and LF for
  /// each field, names lower-case and sorted.
  package func stringToSign(trailerHash hash: [UInt8]) -> [UInt8] {
    var text = Array("AWS4-HMAC-SHA256-TRAILER\n".utf8)
    text.append(contentsOf: context)
    text.append(contentsOf: previous)
    text.append(SigV4.newline)
    Hex.append(hash, to: &text)
    return text
  }

  /// Signs a string to sign and makes its signature the next link.
  package mutating func sign(_ stringToSign: [UInt8]) -> [UInt8] {
    previous = SigV4.signature(stringToSign, key: key)
    return previous
  }

  private static let emptyHash = Array(Hex.encode(SHA256.hash([UInt8]())).utf8)
}
