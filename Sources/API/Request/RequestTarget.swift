package import HTTP
package import Primitives

/// What a request addresses: the service, a bucket or an object.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html>
package struct RequestTarget: Sendable {
  /// The bucket's name as addressed; it need not be a valid one. Nil for the service.
  package let bucket: String?
  /// The key, or nil for a bucket or the service.
  package let key: ObjectKey?
  /// Whether the bucket was named by the Host header.
  package let isVirtualHost: Bool

  package var scope: OperationSpec.Scope {
    if key != nil { return .object }
    return bucket == nil ? .service : .bucket
  }

  package init(bucket: String?, key: ObjectKey?, isVirtualHost: Bool = false) {
    self.bucket = bucket
    self.key = key
    self.isVirtualHost = isVirtualHost
  }

  /// Reads the target of a request.
  ///
  /// `//`, `.` and `..` are parts of a key like any other bytes, and `+` is a plus: nothing is normalised.
  /// `domains` are names under which `bucket.name` addresses a bucket, in lower case.
  /// - Throws: InvalidURI for escapes or UTF-8 that do not decode, KeyTooLongError.
  package static func parse(_ head: RequestHead, domains: [String]) throws(S3Error) -> RequestTarget {
    let path = head.path
    guard path.first == UInt8(ascii: "/") else {
      // `OPTIONS *`, the only other form.
      return RequestTarget(bucket: nil, key: nil)
    }
    let rest = path.dropFirst()
    if let bucket = virtualHostBucket(head, domains: domains) {
      return RequestTarget(
        bucket: bucket, key: rest.isEmpty ? nil : try key(rest, path: path), isVirtualHost: true)
    }
    guard !rest.isEmpty else { return RequestTarget(bucket: nil, key: nil) }
    let slash = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
    let tail = slash < rest.endIndex ? rest[(slash + 1)...] : []
    return RequestTarget(
      bucket: try bucket(rest[..<slash], path: path),
      key: tail.isEmpty ? nil : try key(tail, path: path))
  }

  private static func bucket(
    _ encoded: ArraySlice<UInt8>, path: ArraySlice<UInt8>
  ) throws(S3Error) -> String {
    guard encoded.contains(UInt8(ascii: "%")) else { return encoded.lossyText }
    guard let name = PercentEncoding.decode(encoded, plusIsSpace: false) else {
      throw .invalidURI(path.lossyText)
    }
    return name[...].lossyText
  }

  private static func key(
    _ encoded: ArraySlice<UInt8>, path: ArraySlice<UInt8>
  ) throws(S3Error) -> ObjectKey {
    let decoded: [UInt8]
    if encoded.contains(UInt8(ascii: "%")) {
      guard let bytes = PercentEncoding.decode(encoded, plusIsSpace: false) else {
        throw .invalidURI(path.lossyText)
      }
      decoded = bytes
    } else {
      decoded = Array(encoded)
    }
    do throws(InvalidObjectKey) {
      return try ObjectKey(validating: decoded)
    } catch {
      throw S3Error(error, path: path)
    }
  }

  /// The label before one of the configured domains in the Host header.
  private static func virtualHostBucket(_ head: RequestHead, domains: [String]) -> String? {
    guard !domains.isEmpty, let value = head.headers.first("host") else { return nil }
    var host = value
    // An address in brackets has no domain; otherwise what follows a colon is the port.
    if host.first == UInt8(ascii: "[") { return nil }
    if let colon = host.firstIndex(of: UInt8(ascii: ":")) { host = host[..<colon] }
    for domain in domains {
      let length = domain.utf8.count
      guard host.count > length + 1 else { continue }
      let start = host.endIndex - length
      guard host[start - 1] == UInt8(ascii: "."),
        host[start...].lazy.map(lowercased).elementsEqual(domain.utf8)
      else { continue }
      return String(decoding: host[..<(start - 1)].map(lowercased), as: Unicode.UTF8.self)
    }
    return nil
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}

extension S3Error {
  /// The refusal of a path's key.
  package init(_ error: InvalidObjectKey, path: ArraySlice<UInt8>) {
    switch error {
    case .empty, .notUTF8: self = .invalidURI(String(decoding: path, as: Unicode.UTF8.self))
    case .tooLong(let length):
      self.init(
        .keyTooLong, elements: [("Size", String(length)), ("MaxSizeAllowed", String(ObjectKey.longest))])
    }
  }
}
