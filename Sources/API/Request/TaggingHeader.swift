import HTTP
package import Objects
import Primitives

/// The tags of a write: `x-amz-tagging: key=value&key=value`, form-encoded.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html#AmazonS3-PutObject-request-header-Tagging>
package enum TaggingHeader {
  /// The tags of the header; none without it.
  ///
  /// - Throws: InvalidArgument for what does not decode, and what `TagRules` refuses.
  package static func read(_ request: APIRequest) throws(S3Error) -> TagSet {
    let name = request.names.tags.tagging
    guard let value = request.headers.first(name), !value.isEmpty else { return TagSet() }
    var tags: [TagSet.Tag] = []
    for pair in value.split(separator: UInt8(ascii: "&")) {
      let mark = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      guard let key = text(pair[..<mark]), let value = text(pair[mark...].dropFirst()) else {
        throw .invalidArgument(
          "\(name)", value.lossyText,
          "The header '\(name)' shall be encoded as UTF-8 then URLEncoded URL query parameters.")
      }
      tags.append(TagSet.Tag(key: key, value: value))
    }
    return try TagRules.set(tags, limit: TagSet.objectLimit)
  }

  /// What a copy does with its source's tags: nil keeps them.
  ///
  /// - Throws: InvalidArgument for an unknown directive, and what `read` throws.
  package static func replacement(_ request: APIRequest) throws(S3Error) -> TagSet? {
    let name = request.names.tags.directive
    guard let value = request.headers.first(name), !value.isEmpty, !value.matchesIgnoringCase("copy") else {
      return nil
    }
    guard value.matchesIgnoringCase("replace") else {
      throw .invalidArgument("\(name)", value.lossyText, "Unknown tagging directive.")
    }
    return try read(request)
  }

  private static func text(_ encoded: ArraySlice<UInt8>) -> String? {
    guard let bytes = PercentEncoding.decode(encoded, plusIsSpace: true), Primitives.UTF8.isValid(bytes)
    else { return nil }
    return String(decoding: bytes, as: Unicode.UTF8.self)
  }
}
