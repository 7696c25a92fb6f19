/// An error code with its HTTP status and its usual message.
///
/// Codes and statuses: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>. The messages
/// are those seen on the wire, which differ from the documented ones in places.
package struct S3ErrorCode: Sendable, Hashable, CustomStringConvertible {
  /// As it stands in `<Code>`.
  package let name: String
  package let status: Int
  /// Sent when the place that fails has nothing better to say.
  package let message: String

  init(_ name: String, _ status: Int, _ message: String) {
    self.name = name
    self.status = status
    self.message = message
  }

  package static func == (a: S3ErrorCode, b: S3ErrorCode) -> Bool { a.name == b.name }
  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
  package var description: String { name }
}

/// Who may do what. What is wrong with a signature is said by `SignatureError`.
extension S3ErrorCode {
  package static let accessControlListNotSupported = S3ErrorCode(
    "AccessControlListNotSupported", 400, "The bucket does not allow ACLs")
  package static let accessDenied = S3ErrorCode("AccessDenied", 403, "Access Denied")
  package static let accessForbidden = S3ErrorCode(
    "AccessForbidden", 403, "CORSResponse: CORS is not enabled for this bucket.")
  package static let authorizationHeaderMalformed = S3ErrorCode(
    "AuthorizationHeaderMalformed", 400, "The authorization header is malformed")
}

/// Buckets.
extension S3ErrorCode {
  package static let bucketAlreadyExists = S3ErrorCode(
    "BucketAlreadyExists", 409,
    """
    The requested bucket name is not available. The bucket namespace is shared by all users of the system. \
    Please select a different name and try again.
    """)
  package static let bucketAlreadyOwnedByYou = S3ErrorCode(
    "BucketAlreadyOwnedByYou", 409,
    "Your previous request to create the named bucket succeeded and you already own it.")
  package static let bucketNotEmpty = S3ErrorCode(
    "BucketNotEmpty", 409, "The bucket you tried to delete is not empty")
  package static let illegalLocationConstraint = S3ErrorCode(
    "IllegalLocationConstraintException", 400,
    """
    The unspecified location constraint is incompatible for the region specific endpoint this request was \
    sent to.
    """)
  package static let invalidBucketAclWithObjectOwnership = S3ErrorCode(
    "InvalidBucketAclWithObjectOwnership", 400,
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting")
  package static let invalidBucketName = S3ErrorCode(
    "InvalidBucketName", 400, "The specified bucket is not valid.")
  package static let invalidLocationConstraint = S3ErrorCode(
    "InvalidLocationConstraint", 400, "The specified location-constraint is not valid")
  package static let noSuchBucket = S3ErrorCode(
    "NoSuchBucket", 404, "The specified bucket does not exist")
  package static let operationAborted = S3ErrorCode(
    "OperationAborted", 409,
    "A conflicting conditional operation is currently in progress against this resource. Please try again.")
}

/// Objects and uploads.
extension S3ErrorCode {
  package static let conditionalRequestConflict = S3ErrorCode(
    "ConditionalRequestConflict", 409,
    "The conditional request cannot succeed due to a conflicting operation against this resource.")
  package static let entityTooLarge = S3ErrorCode(
    "EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size")
  package static let entityTooSmall = S3ErrorCode(
    "EntityTooSmall", 400, "Your proposed upload is smaller than the minimum allowed size")
  package static let invalidPart = S3ErrorCode(
    "InvalidPart", 400,
    """
    One or more of the specified parts could not be found.  The part may not have been uploaded, or the \
    specified entity tag may not match the part's entity tag.
    """)
  package static let invalidPartNumber = S3ErrorCode(
    "InvalidPartNumber", 416, "The requested partnumber is not satisfiable")
  package static let invalidPartOrder = S3ErrorCode(
    "InvalidPartOrder", 400,
    "The list of parts was not in ascending order. Parts must be ordered by part number.")
  package static let invalidRange = S3ErrorCode(
    "InvalidRange", 416, "The requested range is not satisfiable")
  package static let invalidStorageClass = S3ErrorCode(
    "InvalidStorageClass", 400, "The storage class you specified is not valid")
  package static let keyTooLong = S3ErrorCode("KeyTooLongError", 400, "Your key is too long")
  package static let metadataTooLarge = S3ErrorCode(
    "MetadataTooLarge", 400, "Your metadata headers exceed the maximum allowed metadata size")
  package static let noSuchKey = S3ErrorCode("NoSuchKey", 404, "The specified key does not exist.")
  package static let noSuchUpload = S3ErrorCode(
    "NoSuchUpload", 404,
    """
    The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted \
    or completed.
    """)
  package static let noSuchVersion = S3ErrorCode(
    "NoSuchVersion", 404, "The specified version does not exist.")
  package static let preconditionFailed = S3ErrorCode(
    "PreconditionFailed", 412, "At least one of the pre-conditions you specified did not hold")
}

/// The bytes of a body. What the transport finds is said by `BodyError` and `ChecksumError`.
extension S3ErrorCode {
  package static let badDigest = S3ErrorCode(
    "BadDigest", 400, "The Content-MD5 you specified did not match what we received.")
  package static let incompleteBody = S3ErrorCode(
    "IncompleteBody", 400,
    "You did not provide the number of bytes specified by the Content-Length HTTP header")
  package static let malformedXML = S3ErrorCode(
    "MalformedXML", 400,
    "The XML you provided was not well-formed or did not validate against our published schema")
  package static let maxMessageLengthExceeded = S3ErrorCode(
    "MaxMessageLengthExceeded", 400, "Your request was too big.")
  package static let missingRequestBody = S3ErrorCode(
    "MissingRequestBodyError", 400, "Request Body is empty")
  package static let requestTimeout = S3ErrorCode(
    "RequestTimeout", 400,
    """
    Your socket connection to the server was not read from or written to within the timeout period. Idle \
    connections will be closed.
    """)
}

/// Requests as such, and the server's own troubles.
extension S3ErrorCode {
  package static let badRequest = S3ErrorCode("BadRequest", 400, "Bad Request")
  package static let internalError = S3ErrorCode(
    "InternalError", 500, "We encountered an internal error. Please try again.")
  package static let invalidArgument = S3ErrorCode("InvalidArgument", 400, "Invalid Argument")
  package static let invalidRequest = S3ErrorCode("InvalidRequest", 400, "Invalid Request")
  package static let invalidURI = S3ErrorCode("InvalidURI", 400, "Couldn't parse the specified URI.")
  package static let methodNotAllowed = S3ErrorCode(
    "MethodNotAllowed", 405, "The specified method is not allowed against this resource.")
  package static let notImplemented = S3ErrorCode(
    "NotImplemented", 501, "A header you provided implies functionality that is not implemented")
  package static let requestHeaderSectionTooLarge = S3ErrorCode(
    "RequestHeaderSectionTooLarge", 400, "Your request header section exceeds the maximum allowed size.")
  package static let serviceUnavailable = S3ErrorCode(
    "ServiceUnavailable", 503, "Service is unable to handle request.")
  package static let slowDown = S3ErrorCode("SlowDown", 503, "Please reduce your request rate.")
}
