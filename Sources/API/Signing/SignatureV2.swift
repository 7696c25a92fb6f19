import HTTP
import Primitives

/// AWS Signature Version 2 as S3 used it ("Signing and authenticating REST requests"): HMAC-SHA1 over the verb, a
/// few headers, the `x-amz-*` headers and the resource.
enum SignatureV2 {
  /// The string to sign. `dateLine` is the `Date` header, nothing if there is `x-amz-date`, or the `Expires` of
  /// a URL; `virtualHostBucket` the bucket if it was named by the Host header. `closingBucket` adds the slash
  /// that some clients sign after a bucket and leave out of the request line.
  static func stringToSign(
    _ head: RequestHead, dateLine: ArraySlice<UInt8>, virtualHostBucket: String?,
    closingBucket: Bool = false
  ) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(512)
    text.append(contentsOf: head.method.name.utf8)
    text.append(newline)
    text.append(contentsOf: head.headers.first("content-md5") ?? [])
    text.append(newline)
    text.append(contentsOf: head.headers.first("content-type") ?? [])
    text.append(newline)
    text.append(contentsOf: dateLine)
    text.append(newline)
    appendHeaders(head.headers, to: &text)
    if let virtualHostBucket {
      text.append(UInt8(ascii: "/"))
      text.append(contentsOf: virtualHostBucket.utf8)
    }
    text.append(contentsOf: head.path)
    if closingBucket { text.append(UInt8(ascii: "/")) }
    appendSubresources(head.query ?? [], to: &text)
    return text
  }

  /// Whether the path is `/bucket`: botocore and s3cmd sign that as `/bucket/`, the documentation as sent.
  static func isOpenBucket(_ path: ArraySlice<UInt8>) -> Bool {
    path.count > 1 && path.lastIndex(of: UInt8(ascii: "/")) == path.startIndex
  }

  /// Base64 of the HMAC.
  static func signature(_ stringToSign: [UInt8], secret: [UInt8]) -> [UInt8] {
    Array(Base64.encode(HMACSHA1.authenticate(key: secret, stringToSign)).utf8)
  }

  /// `name:value` LF of every `x-amz-*` header, sorted, repeated ones joined by commas.
  private static func appendHeaders(_ headers: HeaderFields, to text: inout [UInt8]) {
    var fields: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>, index: Int)] = []
    for index in 0..<headers.count {
      let (name, value) = headers[index]
      if name.starts(with: "x-amz-") { fields.append((name, value, index)) }
    }
    // Headers of one name keep their order.
    fields.sort { a, b in
      if a.name != b.name { return a.name.lexicographicallyPrecedes(b.name) }
      return a.index < b.index
    }
    var previous: ArraySlice<UInt8>?
    for field in fields {
      if field.name == previous {
        text[text.count - 1] = UInt8(ascii: ",")
      } else {
        text.append(contentsOf: field.name)
        text.append(UInt8(ascii: ":"))
        previous = field.name
      }
      text.append(contentsOf: field.value)
      text.append(newline)
    }
  }

  /// `?` and the sub-resources among the parameters, sorted, values decoded.
  private static func appendSubresources(_ query: ArraySlice<UInt8>, to text: inout [UInt8]) {
    var found: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>?)] = []
    for component in query.split(separator: UInt8(ascii: "&")) {
      let split = component.firstIndex(of: UInt8(ascii: "="))
      let name = component[..<(split ?? component.endIndex)]
      guard subresources.contains(name.lossyText) else { continue }
      found.append((name, split.map { AuthorizationQuery.decode(component[($0 + 1)...]) }))
    }
    found.sort { $0.name.lexicographicallyPrecedes($1.name) }
    var separator = UInt8(ascii: "?")
    for (name, value) in found {
      text.append(separator)
      separator = UInt8(ascii: "&")
      text.append(contentsOf: name)
      if let value {
        text.append(UInt8(ascii: "="))
        text.append(contentsOf: value)
      }
    }
  }

  private static let newline: UInt8 = 0x0A

  /// The parameters that are part of the resource.
  private static let subresources: Set<String> = [
    "accelerate", "acl", "analytics", "cors", "defaultObjectAcl", "delete", "inventory", "lifecycle",
    "location", "logging", "metrics", "notification", "object-lock", "partNumber", "policy",
    "replication", "requestPayment", "restore", "select", "select-type", "storageClass", "tagging",
    "torrent", "uploadId", "uploads", "versionId", "versioning", "versions", "website",
    "response-cache-control", "response-content-disposition", "response-content-encoding",
    "response-content-language", "response-content-type", "response-expires",
  ]
}
