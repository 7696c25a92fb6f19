/// A failure as a client sees it: S3's code, status, message and the elements that go with it.
///
/// The document it becomes is written by `ErrorDocument`.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
package struct S3Error: Error, Sendable {
  /// An element between `Message` and `RequestId`.
  package typealias Element = (name: StaticString, value: String)
  /// A header that only this failure's reply carries.
  package typealias Header = (name: StaticString, value: String)

  package let code: S3ErrorCode
  /// The code's, unless the failure came with an HTTP status of its own.
  package let status: Int
  package let message: String
  /// Code-specific elements, in wire order.
  package var elements: [Element]
  package var headers: [Header]
  /// Whether it is one request too many: some dialects have a code for that.
  package var isOverRate = false

  package init(
    _ code: S3ErrorCode, status: Int? = nil, message: String? = nil, elements: [Element] = [],
    headers: [Header] = []
  ) {
    self.code = code
    self.status = status ?? code.status
    self.message = message ?? code.message
    self.elements = elements
    self.headers = headers
  }
}

/// The failures that many places share.
extension S3Error {
  /// 400 InvalidArgument with `ArgumentName` and, unless nil, `ArgumentValue`.
  package static func invalidArgument(
    _ name: String, _ value: String?, _ message: String
  ) -> S3Error {
    var elements: [Element] = [("ArgumentName", name)]
    if let value { elements.append(("ArgumentValue", value)) }
    return S3Error(.invalidArgument, message: message, elements: elements)
  }

  /// 400 InvalidRequest.
  package static func invalidRequest(_ message: String) -> S3Error {
    S3Error(.invalidRequest, message: message)
  }

  /// 501 for a header that asks for what is not built.
  package static func notImplemented(header: String) -> S3Error {
    S3Error(.notImplemented, elements: [("Header", header)])
  }

  /// 501 for an element of a document that asks for what is not built.
  package static func notImplemented(element: String) -> S3Error {
    S3Error(.notImplemented, message: "\(element) is not implemented by this server.")
  }

  /// 501 for an operation that is not built.
  package static func notImplemented(operation: String) -> S3Error {
    S3Error(.notImplemented, message: "\(operation) is not implemented by this server.")
  }

  /// 404 NoSuchBucket.
  package static func noSuchBucket(_ name: String) -> S3Error {
    S3Error(.noSuchBucket, elements: [("BucketName", name)])
  }

  /// 404 NoSuchKey.
  package static func noSuchKey(_ key: String) -> S3Error {
    S3Error(.noSuchKey, elements: [("Key", key)])
  }

  /// 400 InvalidBucketName.
  package static func invalidBucketName(_ name: String) -> S3Error {
    S3Error(.invalidBucketName, elements: [("BucketName", name)])
  }

  /// 400 InvalidURI: the path or the query does not decode.
  package static func invalidURI(_ uri: String) -> S3Error {
    S3Error(.invalidURI, elements: [("URI", uri)])
  }

  /// 412, naming the header whose condition failed.
  package static func preconditionFailed(_ condition: String) -> S3Error {
    S3Error(.preconditionFailed, elements: [("Condition", condition)])
  }

  /// 405 with the methods that the resource does allow, as `Allow` lists them.
  package static func methodNotAllowed(_ method: String, resource: String, allow: String) -> S3Error {
    var error = S3Error(.methodNotAllowed, elements: [("Method", method), ("ResourceType", resource)])
    if !allow.isEmpty { error.headers = [("Allow", allow)] }
    return error
  }
}
