/// Every error code that the IAM API answers.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>
package enum IAMErrorCode: String, Sendable, CaseIterable {
  case accessDenied = "AccessDenied"
  case deleteConflict = "DeleteConflict"
  case entityAlreadyExists = "EntityAlreadyExists"
  case incompleteSignature = "IncompleteSignature"
  /// Not IAM's: it has no word for a full disk (docs/decisions/0006-full-and-failing-disks.md).
  case insufficientStorage = "InsufficientStorage"
  case invalidAction = "InvalidAction"
  case invalidClientTokenID = "InvalidClientTokenId"
  case invalidInput = "InvalidInput"
  case limitExceeded = "LimitExceeded"
  case malformedQueryString = "MalformedQueryString"
  case missingAction = "MissingAction"
  case missingAuthenticationToken = "MissingAuthenticationToken"
  case noSuchEntity = "NoSuchEntity"
  case requestEntityTooLarge = "RequestEntityTooLarge"
  case requestTimeout = "RequestTimeout"
  case serviceFailure = "ServiceFailure"
  case signatureDoesNotMatch = "SignatureDoesNotMatch"
  case validationError = "ValidationError"

  package var status: Int {
    switch self {
    case .accessDenied, .invalidClientTokenID, .missingAuthenticationToken, .signatureDoesNotMatch: 403
    case .noSuchEntity: 404
    case .deleteConflict, .entityAlreadyExists, .limitExceeded: 409
    case .requestEntityTooLarge: 413
    case .serviceFailure: 500
    case .insufficientStorage: 507
    default: 400
    }
  }
}
