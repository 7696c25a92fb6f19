import Primitives

/// S3's error document: `Error` without a namespace, the code's own elements, then the two ids.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#RESTErrorResponses>
package enum ErrorDocument {
  /// How S3 tells a failure.
  @Sendable package static func refusal(_ error: S3Error, _ context: RefusalContext) -> Refusal {
    let error = inWordsOfS3(error)
    return Refusal(
      code: error.code.name, status: error.status, document: write(error, context.identifiers),
      headers: error.headers)
  }

  /// What only OSS has a word for, as S3 would say it: its clients read through symbolic links.
  private static func inWordsOfS3(_ error: S3Error) -> S3Error {
    switch error.code {
    // What OSS calls immutable is locked in S3's words.
    case .fileImmutable:
      S3Error(
        .accessDenied, message: "Access Denied because object protected by the bucket's WORM policy.",
        elements: error.elements, headers: error.headers)
    case .symlinkTargetNotExist:
      S3Error(.noSuchKey, elements: error.elements, headers: error.headers)
    case .invalidTargetType:
      S3Error(.invalidRequest, message: error.message, elements: error.elements, headers: error.headers)
    default: error
    }
  }

  /// The document as bytes.
  package static func write(_ error: S3Error, _ identifiers: RequestIdentifiers) -> [UInt8] {
    var xml = XMLWriter(capacity: 512)
    xml.open("Error")
    xml.element("Code", error.code.name)
    xml.element("Message", error.message)
    for element in error.elements { xml.element(element.name, element.value) }
    xml.element("RequestId", identifiers.requestID)
    xml.element("HostId", identifiers.hostID)
    xml.close("Error")
    return xml.bytes
  }
}
