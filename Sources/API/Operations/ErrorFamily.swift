/// Codes that operations have in common, because they come of what the chain does around an operation: it finds out
/// which one is meant, who asks and which bucket, and receives the body. What only one operation refuses is in
/// `OperationSpec.errors`; so is a code of a family that AWS names for the operation as well.
///
/// The conformance suite provokes each code of each family, and fails when an operation answers one that is neither its
/// own nor a family's.
package enum ErrorFamily: String, Sendable, CaseIterable {
  /// Requests of which it is not known yet which operation they are for.
  case unrouted
  /// Operations that are declared and not built.
  case notBuilt = "not built"
  /// Signed requests: who asks, and whether they may.
  case signed
  /// Requests for a bucket that has to be there, or for what is in one.
  case bucket
  /// Documents: bodies that are read whole before the operation runs.
  case document
  /// Bodies that the operation stores as they come.
  case upload

  /// Where the codes come from.
  package var summary: String {
    switch self {
    case .unrouted: "before it is known which operation is meant"
    case .notBuilt: "operations that are declared and not built"
    case .signed: "every operation: who asks, how fast, and `x-weir-as-of` where it means nothing"
    case .bucket: "operations on a bucket that has to be there, or on what is in one"
    case .document: "operations with a document in their body"
    case .upload: "operations that store their body as it comes"
    }
  }

  /// S3's codes; OSS has its own names for some.
  package var codes: [S3ErrorCode] {
    switch self {
    case .unrouted: [.invalidArgument, .invalidURI, .keyTooLong, .methodNotAllowed, .slowDown]
    case .notBuilt: [.notImplemented]
    case .signed:
      [
        .accessDenied, .authorizationHeaderMalformed, .authorizationQueryParametersError, .invalidAccessKeyID,
        .invalidArgument, .invalidRequest, .invalidToken, .requestTimeTooSkewed, .signatureDoesNotMatch,
        .slowDown,
      ]
    case .bucket: [.invalidBucketName, .noSuchBucket]
    case .document:
      [
        .badDigest, .contentSHA256Mismatch, .incompleteBody, .invalidChunkSize, .invalidDigest,
        .malformedTrailer, .maxMessageLengthExceeded, .missingContentLength, .requestTimeout,
      ]
    case .upload:
      [
        .badDigest, .contentSHA256Mismatch, .incompleteBody, .invalidChunkSize, .invalidDigest,
        .malformedTrailer, .missingContentLength, .notImplemented, .requestTimeout,
      ]
    }
  }

  /// Of its codes, those that no request of OSS meets: it has no aws-chunked bodies.
  package var unmetByOSS: [S3ErrorCode] {
    switch self {
    case .document: [.invalidChunkSize, .malformedTrailer, .missingContentLength]
    case .upload: [.invalidChunkSize, .malformedTrailer]
    case .unrouted, .notBuilt, .signed, .bucket: []
    }
  }

  /// Codes that only requests of OSS meet.
  package var ownCodesOfOSS: [String] { self == .signed ? ["TotalQpsLimitExceeded"] : [] }
}

extension OperationSpec {
  /// The families whose codes it can meet.
  package var families: [ErrorFamily] {
    // Browsers ask before they send anything: nobody is known, and no bucket has to be there.
    if self === Preflight.spec { return [] }
    guard isImplemented else { return [.signed, .notBuilt] }
    var families = [ErrorFamily.signed]
    if scope != .service, !makesBucket { families.append(.bucket) }
    switch body {
    case .none: break
    case .buffered: families.append(.document)
    case .streaming, .form: families.append(.upload)
    }
    return families
  }
}
