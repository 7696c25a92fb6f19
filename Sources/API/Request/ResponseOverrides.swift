package import Objects

/// The `response-*` parameters of a read: headers of the reply that replace the stored ones.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax>
package enum ResponseOverrides {
  /// The overrides asked for, or nil; an empty value is none.
  ///
  /// - Throws: InvalidRequest on an anonymous request.
  package static func read(
    _ query: QueryParameters, isAnonymous: Bool
  ) throws(S3Error) -> SystemMetadata? {
    guard query.containsName(beginning: "response-") else { return nil }
    let overrides = SystemMetadata(
      contentType: text(query, "response-content-type"), cacheControl: text(query, "response-cache-control"),
      contentDisposition: text(query, "response-content-disposition"),
      contentEncoding: text(query, "response-content-encoding"),
      contentLanguage: text(query, "response-content-language"), expires: text(query, "response-expires"))
    guard overrides != SystemMetadata() else { return nil }
    guard !isAnonymous else {
      throw .invalidRequest(
        "Request specific response headers cannot be used for anonymous GET requests.")
    }
    return overrides
  }

  private static func text(_ query: QueryParameters, _ name: StaticString) -> String? {
    guard let value = query.value(name), !value.isEmpty else { return nil }
    return HeaderText.decode(value)
  }
}
