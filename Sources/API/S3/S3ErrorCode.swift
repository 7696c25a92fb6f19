/// Every error code that the server answers, each with its HTTP status and its usual message.
///
/// Codes and statuses: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>. The messages
/// are those seen on the wire, which differ from the documented ones in places. `weir operations
/// --json` lists them, and the conformance suite fails when a code there is one that no test provokes.
package enum S3ErrorCode: String, Sendable, CaseIterable, CustomStringConvertible {
  // Who may do what, and who asks.
  case accessControlListNotSupported = "AccessControlListNotSupported"
  case accessDenied = "AccessDenied"
  case accessForbidden = "AccessForbidden"
  case authorizationHeaderMalformed = "AuthorizationHeaderMalformed"
  case authorizationQueryParametersError = "AuthorizationQueryParametersError"
  case invalidAccessKeyID = "InvalidAccessKeyId"
  case invalidToken = "InvalidToken"
  case requestTimeTooSkewed = "RequestTimeTooSkewed"
  case signatureDoesNotMatch = "SignatureDoesNotMatch"

  // Buckets.
  case bucketAlreadyExists = "BucketAlreadyExists"
  case bucketAlreadyOwnedByYou = "BucketAlreadyOwnedByYou"
  case bucketNotEmpty = "BucketNotEmpty"
  case illegalLocationConstraint = "IllegalLocationConstraintException"
  case illegalVersioningConfiguration = "IllegalVersioningConfigurationException"
  case invalidBucketAclWithObjectOwnership = "InvalidBucketAclWithObjectOwnership"
  case invalidBucketName = "InvalidBucketName"
  case invalidBucketState = "InvalidBucketState"
  case invalidLocationConstraint = "InvalidLocationConstraint"
  case noSuchBucket = "NoSuchBucket"
  case noSuchCORSConfiguration = "NoSuchCORSConfiguration"
  case noSuchLifecycleConfiguration = "NoSuchLifecycleConfiguration"
  case noSuchLifecycle = "NoSuchLifecycle"
  case noSuchTagSet = "NoSuchTagSet"
  case objectLockConfigurationNotFound = "ObjectLockConfigurationNotFoundError"
  case operationAborted = "OperationAborted"

  // Objects and uploads.
  case conditionalRequestConflict = "ConditionalRequestConflict"
  case entityTooLarge = "EntityTooLarge"
  case entityTooSmall = "EntityTooSmall"
  case invalidPart = "InvalidPart"
  case invalidPartNumber = "InvalidPartNumber"
  case invalidPartOrder = "InvalidPartOrder"
  case invalidObjectState = "InvalidObjectState"
  case invalidRange = "InvalidRange"
  case invalidStorageClass = "InvalidStorageClass"
  case invalidTag = "InvalidTag"
  case keyTooLong = "KeyTooLongError"
  case metadataTooLarge = "MetadataTooLarge"
  case noSuchKey = "NoSuchKey"
  case noSuchObjectLockConfiguration = "NoSuchObjectLockConfiguration"
  case noSuchUpload = "NoSuchUpload"
  case noSuchVersion = "NoSuchVersion"
  case preconditionFailed = "PreconditionFailed"
  case restoreAlreadyInProgress = "RestoreAlreadyInProgress"

  // Restores, where OSS alone has the word.
  case archiveRestoreFileStale = "ArchiveRestoreFileStale"
  case archiveRestoreNotFinished = "ArchiveRestoreNotFinished"
  case operationNotSupported = "OperationNotSupported"

  // Appending and symbolic links, which OSS alone has words for.
  case invalidTargetType = "InvalidTargetType"
  case notSymlink = "NotSymlink"
  case objectNotAppendable = "ObjectNotAppendable"
  case partNotSequential = "PartNotSequential"
  case positionNotEqualToLength = "PositionNotEqualToLength"
  case symlinkTargetNotExist = "SymlinkTargetNotExist"

  // The bytes of a body.
  case badDigest = "BadDigest"
  case contentSHA256Mismatch = "XAmzContentSHA256Mismatch"
  case incompleteBody = "IncompleteBody"
  case invalidChunkSize = "InvalidChunkSizeError"
  case invalidDigest = "InvalidDigest"
  case malformedTrailer = "MalformedTrailerError"
  case malformedXML = "MalformedXML"
  case maxMessageLengthExceeded = "MaxMessageLengthExceeded"
  case missingContentLength = "MissingContentLength"
  case missingRequestBody = "MissingRequestBodyError"
  case requestTimeout = "RequestTimeout"

  // Forms.
  case fieldItemTooLong = "FieldItemTooLong"
  case incorrectNumberOfFiles = "IncorrectNumberOfFilesInPOSTRequest"
  case invalidPolicyDocument = "InvalidPolicyDocument"
  case malformedPOSTRequest = "MalformedPOSTRequest"
  case maxPostPreDataLengthExceeded = "MaxPostPreDataLengthExceededError"

  // WORM, which OSS alone has words for.
  case fileImmutable = "FileImmutable"
  case invalidWORMConfiguration = "InvalidWORMConfiguration"
  case noSuchWORMConfiguration = "NoSuchWORMConfiguration"
  case wormConfigurationAlreadyExists = "WORMConfigurationAlreadyExists"
  case wormConfigurationLocked = "WORMConfigurationLocked"

  // Flow control, which OSS alone has words for.
  case noSuchQoSConfiguration = "NoSuchQoSConfiguration"
  case noSuchResourcePool = "NoSuchResourcePool"

  // Requests as such, and the server's own troubles.
  case badRequest = "BadRequest"
  case insufficientStorage = "InsufficientStorage"
  case internalError = "InternalError"
  case invalidArgument = "InvalidArgument"
  case invalidRequest = "InvalidRequest"
  case invalidURI = "InvalidURI"
  case methodNotAllowed = "MethodNotAllowed"
  case notImplemented = "NotImplemented"
  case requestHeaderSectionTooLarge = "RequestHeaderSectionTooLarge"
  case serviceUnavailable = "ServiceUnavailable"
  case slowDown = "SlowDown"

  /// As it stands in `<Code>`.
  package var name: String { rawValue }
  package var description: String { rawValue }
}

extension S3ErrorCode {
  package var status: Int {
    switch self {
    case .accessDenied, .accessForbidden, .invalidAccessKeyID, .requestTimeTooSkewed,
      .invalidObjectState, .signatureDoesNotMatch, .invalidChunkSize, .wormConfigurationLocked:
      403
    case .noSuchBucket, .noSuchCORSConfiguration, .noSuchKey, .noSuchLifecycle,
      .noSuchLifecycleConfiguration, .noSuchObjectLockConfiguration, .noSuchTagSet,
      .noSuchQoSConfiguration, .noSuchResourcePool, .noSuchUpload, .noSuchVersion, .noSuchWORMConfiguration,
      .objectLockConfigurationNotFound,
      .symlinkTargetNotExist:
      404
    case .methodNotAllowed: 405
    case .archiveRestoreFileStale, .archiveRestoreNotFinished, .bucketAlreadyExists,
      .bucketAlreadyOwnedByYou, .bucketNotEmpty, .invalidBucketState, .restoreAlreadyInProgress,
      .conditionalRequestConflict, .fileImmutable, .objectNotAppendable, .operationAborted,
      .positionNotEqualToLength, .wormConfigurationAlreadyExists:
      409
    case .missingContentLength: 411
    case .preconditionFailed: 412
    case .invalidPartNumber, .invalidRange: 416
    case .internalError: 500
    case .notImplemented: 501
    case .serviceUnavailable, .slowDown: 503
    case .insufficientStorage: 507
    default: 400
    }
  }

  /// Sent when the place that fails has nothing better to say.
  package var message: String {
    switch self {
    case .accessControlListNotSupported: "The bucket does not allow ACLs"
    case .accessDenied: "Access Denied"
    case .accessForbidden: "CORSResponse: CORS is not enabled for this bucket."
    case .authorizationHeaderMalformed: "The authorization header is malformed"
    case .authorizationQueryParametersError: "Query authentication parameters are missing or malformed"
    case .invalidAccessKeyID: "The AWS Access Key Id you provided does not exist in our records."
    case .invalidToken: "The provided token is malformed or otherwise invalid."
    case .requestTimeTooSkewed: "The difference between the request time and the current time is too large."
    case .signatureDoesNotMatch:
      """
      The request signature we calculated does not match the signature you provided. Check your key and \
      signing method.
      """
    case .bucketAlreadyExists:
      """
      The requested bucket name is not available. The bucket namespace is shared by all users of the system. \
      Please select a different name and try again.
      """
    case .bucketAlreadyOwnedByYou:
      "Your previous request to create the named bucket succeeded and you already own it."
    case .bucketNotEmpty: "The bucket you tried to delete is not empty"
    case .illegalLocationConstraint:
      """
      The unspecified location constraint is incompatible for the region specific endpoint this request was \
      sent to.
      """
    case .illegalVersioningConfiguration:
      "The Versioning element must be specified: its Status is Enabled or Suspended."
    case .invalidBucketAclWithObjectOwnership:
      "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
    case .invalidBucketName: "The specified bucket is not valid."
    case .invalidBucketState: "The request is not valid with the current state of the bucket."
    case .invalidLocationConstraint: "The specified location-constraint is not valid"
    case .noSuchBucket: "The specified bucket does not exist"
    case .noSuchCORSConfiguration: "The CORS configuration does not exist"
    case .noSuchLifecycleConfiguration: "The lifecycle configuration does not exist"
    case .noSuchLifecycle: "No Row found in Lifecycle Table."
    case .noSuchTagSet: "The TagSet does not exist"
    case .objectLockConfigurationNotFound: "Object Lock configuration does not exist for this bucket"
    case .operationAborted:
      "A conflicting conditional operation is currently in progress against this resource. Please try again."
    case .conditionalRequestConflict:
      "The conditional request cannot succeed due to a conflicting operation against this resource."
    case .entityTooLarge: "Your proposed upload exceeds the maximum allowed size"
    case .entityTooSmall: "Your proposed upload is smaller than the minimum allowed size"
    case .invalidPart:
      """
      One or more of the specified parts could not be found.  The part may not have been uploaded, or the \
      specified entity tag may not match the part's entity tag.
      """
    case .invalidPartNumber: "The requested partnumber is not satisfiable"
    case .invalidPartOrder:
      "The list of parts was not in ascending order. Parts must be ordered by part number."
    case .invalidObjectState: "The operation is not valid for the object's storage class"
    case .invalidRange: "The requested range is not satisfiable"
    case .invalidStorageClass: "The storage class you specified is not valid"
    case .invalidTag: "The tag provided was not a valid tag."
    case .keyTooLong: "Your key is too long"
    case .metadataTooLarge: "Your metadata headers exceed the maximum allowed metadata size"
    case .noSuchKey: "The specified key does not exist."
    case .noSuchObjectLockConfiguration: "The specified object does not have a ObjectLock configuration"
    case .noSuchUpload:
      """
      The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted \
      or completed.
      """
    case .noSuchVersion: "The specified version does not exist."
    case .preconditionFailed: "At least one of the pre-conditions you specified did not hold"
    case .restoreAlreadyInProgress: "Object restore is already in progress"
    case .archiveRestoreFileStale: "The archive file or restore info stale"
    case .archiveRestoreNotFinished: "The archive file's restore is not finished."
    case .operationNotSupported: "The operation is not supported for this resource"
    case .badDigest: "The Content-MD5 you specified did not match what we received."
    case .contentSHA256Mismatch:
      "The provided 'x-amz-content-sha256' header does not match what was computed."
    case .incompleteBody:
      "You did not provide the number of bytes specified by the Content-Length HTTP header"
    case .invalidChunkSize: "Only the last chunk is allowed to have a size less than 8192 bytes"
    case .invalidDigest: "The Content-MD5 you specified was invalid."
    case .malformedTrailer:
      """
      The request contained trailing data that was not well-formed or did not conform to our published schema.
      """
    case .malformedXML:
      "The XML you provided was not well-formed or did not validate against our published schema"
    case .maxMessageLengthExceeded: "Your request was too big."
    case .missingContentLength: "You must provide the Content-Length HTTP header."
    case .missingRequestBody: "Request Body is empty"
    case .requestTimeout:
      """
      Your socket connection to the server was not read from or written to within the timeout period. Idle \
      connections will be closed.
      """
    case .fieldItemTooLong: "A field of the form is too long."
    case .incorrectNumberOfFiles: "POST requires exactly one file upload per request."
    case .invalidPolicyDocument:
      "The content of the form does not meet the conditions specified in the policy document."
    case .malformedPOSTRequest: "The body of your POST request is not well-formed multipart/form-data."
    case .maxPostPreDataLengthExceeded: "Your POST request fields preceding the upload file were too large."
    case .fileImmutable: "The object you specified is immutable: the bucket's WORM policy keeps it."
    case .invalidWORMConfiguration: "The WORM configuration is invalid."
    case .noSuchWORMConfiguration: "The bucket has no such WORM configuration."
    case .wormConfigurationAlreadyExists: "The bucket has a WORM configuration already."
    case .wormConfigurationLocked: "The WORM configuration is locked."
    case .invalidTargetType: "The target of the symbolic link is one itself."
    case .notSymlink: "The object is no symbolic link."
    case .partNotSequential: "The parts of a sequential upload must be uploaded in order."
    case .symlinkTargetNotExist: "The target of the symbolic link does not exist."
    case .objectNotAppendable: "The object is not appendable"
    case .positionNotEqualToLength: "Position is not equal to file length"
    case .noSuchQoSConfiguration: "The specified QoS configuration does not exist."
    case .noSuchResourcePool: "The specified resource pool does not exist."
    case .badRequest: "Bad Request"
    case .insufficientStorage:
      """
      The server has no room left for this request. Objects can still be read and deleted; deleting makes room.
      """
    case .internalError: "We encountered an internal error. Please try again."
    case .invalidArgument: "Invalid Argument"
    case .invalidRequest: "Invalid Request"
    case .invalidURI: "Couldn't parse the specified URI."
    case .methodNotAllowed: "The specified method is not allowed against this resource."
    case .notImplemented: "A header you provided implies functionality that is not implemented"
    case .requestHeaderSectionTooLarge: "Your request header section exceeds the maximum allowed size."
    case .serviceUnavailable: "Service is unable to handle request."
    case .slowDown: "Please reduce your request rate."
    }
  }
}
