import Primitives

/// S3's error document: `Error` without a namespace, the code's own elements, then the two ids.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#RESTErrorResponses>
package enum ErrorDocument {
  /// How S3 tells a failure.
  @Sendable package static func refusal(_ error: S3Error, _ context: RefusalContext) -> Refusal {
    // What OSS calls immutable is locked in S3's words.
    if error.code == .fileImmutable {
      return refusal(
        S3Error(
          .accessDenied, message: "Access Denied because object protected by the bucket's WORM policy.",
          elements: error.elements, headers: error.headers), context)
    }
    return Refusal(
      code: error.code.name, status: error.status, document: write(error, context.identifiers),
      headers: error.headers)
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
