package import HTTP

/// The answer to a browser's preflight request. No bucket has a CORS configuration, so it is always a
/// refusal; it needs no signature.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html>
package enum Preflight {
  package static let spec = OperationSpec(
    "Preflight", .options, .object, action: "", cost: .read, logName: "REST.OPTIONS.PREFLIGHT")

  /// The refusal of a preflight request.
  package static func refusal(_ headers: HeaderFields) -> S3Error {
    guard headers.contains("origin") else {
      return S3Error(.badRequest, message: "Insufficient information. Origin request header needed.")
    }
    guard let method = headers.string("access-control-request-method") else {
      return S3Error(.badRequest, message: "Invalid Access-Control-Request-Method: null")
    }
    return S3Error(.accessForbidden, elements: [("Method", method), ("ResourceType", "BUCKET")])
  }
}
