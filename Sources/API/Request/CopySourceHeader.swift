import HTTP
package import Objects
package import Primitives

/// The header that names the object a copy reads: `[/]bucket/key[?versionId=id]`, percent-encoded.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html#AmazonS3-CopyObject-request-header-CopySource>
package struct CopySourceHeader: Sendable, Equatable {
  package let bucket: BucketName
  package let key: ObjectKey
  /// The version asked for; nil for the current one.
  package let version: VersionLabel?

  /// Reads the copy source header.
  ///
  /// - Throws: InvalidArgument naming the header, when a part of it is missing or does not decode.
  package init(_ value: ArraySlice<UInt8>, headerName: StaticString) throws(S3Error) {
    func refusal(_ message: String) -> S3Error {
      .invalidArgument("\(headerName)", String(decoding: value, as: Unicode.UTF8.self), message)
    }
    var rest = value
    if rest.first == UInt8(ascii: "/") { rest = rest.dropFirst() }
    var version: VersionLabel?
    if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
      version = try CopySourceHeader.version(rest[(mark + 1)...])
      rest = rest[..<mark]
    }
    // The slash between bucket and key may itself be encoded.
    guard let decoded = PercentEncoding.decode(rest, plusIsSpace: false) else {
      throw refusal("Invalid copy source encoding.")
    }
    let slash = decoded.firstIndex(of: UInt8(ascii: "/")) ?? decoded.endIndex
    let name = String(decoding: decoded[..<slash], as: Unicode.UTF8.self)
    guard let bucket = BucketName(lookup: name) else {
      throw refusal("Invalid copy source bucket name")
    }
    do throws(InvalidObjectKey) {
      key = try ObjectKey(validating: Array(decoded[slash...].dropFirst()))
    } catch {
      throw refusal(error == .notUTF8 ? "Invalid copy source encoding." : "Invalid copy source object key")
    }
    self.bucket = bucket
    self.version = version
  }

  private static func version(_ query: ArraySlice<UInt8>) throws(S3Error) -> VersionLabel? {
    try VersionParameter.read(try QueryParameters(query))
  }
}

/// `x-amz-copy-source-range`: exactly `bytes=first-last`, both there.
package enum CopySourceRange {
  /// The bytes, `last` excluded as Swift's ranges have it.
  ///
  /// - Throws: InvalidArgument for any other form.
  package static func parse(
    _ value: ArraySlice<UInt8>, headerName: StaticString
  ) throws(S3Error) -> Range<UInt64> {
    guard case .from(let first, let last) = ByteRange(value), last < .max else {
      throw .invalidArgument(
        "\(headerName)", String(decoding: value, as: Unicode.UTF8.self),
        """
        The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are \
        the zero-based offsets of the first and last bytes to copy
        """)
    }
    return first..<(last + 1)
  }
}
