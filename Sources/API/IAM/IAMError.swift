package import Access

/// A failure in the words of IAM's query protocol.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>
package struct IAMError: Error, Sendable {
  package let code: IAMErrorCode
  package let message: String

  package init(_ code: IAMErrorCode, _ message: String) {
    self.code = code
    self.message = message
  }

  package var status: Int { code.status }

  /// 400 for a parameter that breaks a rule; `value` nil when it is not there at all.
  package static func validation(_ parameter: String, _ value: String?, _ constraint: String) -> IAMError {
    let shown = value.map { "'\($0)'" } ?? "null"
    return IAMError(
      .validationError,
      "1 validation error detected: Value \(shown) at '\(parameter)' failed to satisfy constraint: \(constraint)"
    )
  }

  /// 400 for an action that there is not.
  package static func invalidAction(_ action: String, version: String) -> IAMError {
    IAMError(.invalidAction, "Could not find operation \(action) for version \(version)")
  }

  /// 403 for a caller who may not.
  package static func accessDenied(_ caller: Identity, _ action: String, on resource: String) -> IAMError {
    IAMError(
      .accessDenied,
      "User: \(caller.arn) is not authorized to perform: iam:\(action) on resource: \(resource)")
  }
}

extension IAMError {
  /// What the identity store refuses. Total.
  package init(_ error: AccessError) {
    switch error {
    case .noSuchUser(let name):
      self.init(.noSuchEntity, "The user with name \(name) cannot be found.")
    case .noSuchAccessKey(let id):
      self.init(.noSuchEntity, "The Access Key with id \(id) cannot be found.")
    case .userExists(let name):
      self.init(.entityAlreadyExists, "User with name \(name) already exists.")
    case .userHasAccessKeys:
      self.init(.deleteConflict, "Cannot delete entity, must delete access keys first.")
    case .limitExceeded(let quota, let limit):
      self.init(.limitExceeded, "Cannot exceed quota for \(quota): \(limit)")
    case .invalid(let parameter, let value, let rule):
      self = .validation(parameter, value, "Member must have \(rule)")
    case .metadata where error.isForWantOfRoom:
      self.init(.insufficientStorage, "The server has no room left for this request. Deleting makes room.")
    case .configuration, .metadata:
      self.init(.serviceFailure, "The request processing has failed because of an unknown error.")
    }
  }

  /// What authentication refuses. IAM has fewer words for it than S3.
  package init(_ error: SignatureError) {
    let fields = error.s3
    switch fields.code {
    case .invalidAccessKeyID, .invalidToken:
      self.init(.invalidClientTokenID, "The security token included in the request is invalid.")
    case .signatureDoesNotMatch, .requestTimeTooSkewed:
      self.init(.signatureDoesNotMatch, fields.message)
    case .accessDenied:
      self.init(.accessDenied, fields.message)
    default:
      self.init(.incompleteSignature, fields.message)
    }
  }

  /// 403 for a request without credentials.
  package static let missingToken = IAMError(
    .missingAuthenticationToken, "Request is missing Authentication Token")
}
