package import HTTP
package import Objects
import Primitives

/// The headers that are stored with an object and come back with it.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#SysMetadata>
package enum StoredHeaders {
  /// Bytes of a website redirect location.
  package static let redirectLimit = 2048

  /// Reads them from a write.
  ///
  /// - Throws: InvalidArgument for a redirect location that is neither a path nor an HTTP URL.
  package static func read(
    _ headers: HeaderFields, _ names: HeaderVocabulary
  ) throws(S3Error) -> SystemMetadata {
    SystemMetadata(
      contentType: text(headers, "content-type"), cacheControl: text(headers, "cache-control"),
      contentDisposition: text(headers, "content-disposition"), contentEncoding: contentEncoding(headers),
      contentLanguage: text(headers, "content-language"), expires: text(headers, "expires"),
      websiteRedirectLocation: try redirectLocation(headers, names.redirectLocation))
  }

  /// Content-Encoding without the `aws-chunked` that only describes the transfer; nil if nothing is left.
  static func contentEncoding(_ headers: HeaderFields) -> String? {
    let values = headers.all("content-encoding")
    guard !values.isEmpty else { return nil }
    let kept = values.flatMap { $0.split(separator: UInt8(ascii: ",")) }
      .map { HeaderText.decode($0.trimmingBlanks) }
      .filter { !$0.isEmpty && $0.lowercased() != "aws-chunked" }
    return kept.isEmpty ? nil : kept.joined(separator: ",")
  }

  /// The website redirect location, checked.
  static func redirectLocation(_ headers: HeaderFields, _ name: StaticString) throws(S3Error) -> String? {
    guard let location = text(headers, name) else { return nil }
    guard location.utf8.count <= redirectLimit,
      location.hasPrefix("/") || location.hasPrefix("http://") || location.hasPrefix("https://")
    else {
      throw .invalidArgument(
        "\(name)", location,
        "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.")
    }
    return location
  }

  private static func text(_ headers: HeaderFields, _ name: StaticString) -> String? {
    guard let value = headers.first(name), !value.isEmpty else { return nil }
    return HeaderText.decode(value)
  }
}

extension StoredHeaders {
  /// Adds the stored headers to a reply, each replaced by its override where there is one.
  package static func add(
    _ stored: SystemMetadata, overrides: SystemMetadata?, to head: inout ResponseHead,
    _ names: HeaderVocabulary
  ) {
    if let value = overrides?.contentType ?? stored.contentType {
      head.add("Content-Type", value)
    } else {
      head.add("Content-Type", names.defaultContentType)
    }
    if let value = overrides?.cacheControl ?? stored.cacheControl { head.add("Cache-Control", value) }
    if let value = overrides?.contentDisposition ?? stored.contentDisposition {
      head.add("Content-Disposition", value)
    }
    if let value = overrides?.contentEncoding ?? stored.contentEncoding {
      head.add("Content-Encoding", value)
    }
    if let value = overrides?.contentLanguage ?? stored.contentLanguage {
      head.add("Content-Language", value)
    }
    if let value = overrides?.expires ?? stored.expires { head.add("Expires", value) }
    if let value = stored.websiteRedirectLocation { head.add(names.redirectLocation, value) }
  }
}
