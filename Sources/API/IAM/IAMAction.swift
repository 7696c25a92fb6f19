import HTTP

/// The actions of IAM that are built.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html>
package enum IAMAction: String, Sendable, CaseIterable {
  case createUser = "CreateUser"
  case getUser = "GetUser"
  case listUsers = "ListUsers"
  case deleteUser = "DeleteUser"
  case createAccessKey = "CreateAccessKey"
  case listAccessKeys = "ListAccessKeys"
  case updateAccessKey = "UpdateAccessKey"
  case deleteAccessKey = "DeleteAccessKey"

  /// The elements of the answer.
  var elementNames: (response: StaticString, result: StaticString) {
    switch self {
    case .createUser: ("CreateUserResponse", "CreateUserResult")
    case .getUser: ("GetUserResponse", "GetUserResult")
    case .listUsers: ("ListUsersResponse", "ListUsersResult")
    case .deleteUser: ("DeleteUserResponse", "DeleteUserResult")
    case .createAccessKey: ("CreateAccessKeyResponse", "CreateAccessKeyResult")
    case .listAccessKeys: ("ListAccessKeysResponse", "ListAccessKeysResult")
    case .updateAccessKey: ("UpdateAccessKeyResponse", "UpdateAccessKeyResult")
    case .deleteAccessKey: ("DeleteAccessKeyResponse", "DeleteAccessKeyResult")
    }
  }

  /// What any action, or a request that names none, can be refused with: who asks, and how they ask.
  package static let commonErrors: [IAMErrorCode] = [
    .accessDenied, .incompleteSignature, .invalidAction, .invalidClientTokenID, .malformedQueryString,
    .missingAction, .missingAuthenticationToken, .requestEntityTooLarge, .requestTimeout,
    .signatureDoesNotMatch,
  ]

  /// What it can refuse a request with, beyond what any request may meet.
  package var errors: [IAMErrorCode] {
    switch self {
    case .createUser: [.accessDenied, .entityAlreadyExists, .invalidInput, .validationError]
    case .getUser: [.accessDenied, .noSuchEntity, .validationError]
    case .listUsers: [.accessDenied, .validationError]
    case .deleteUser: [.accessDenied, .deleteConflict, .noSuchEntity, .validationError]
    case .createAccessKey: [.limitExceeded, .noSuchEntity, .validationError]
    case .listAccessKeys: [.noSuchEntity, .validationError]
    case .updateAccessKey: [.noSuchEntity, .validationError]
    case .deleteAccessKey: [.noSuchEntity, .validationError]
    }
  }

  /// The row of the action, for metrics and the log.
  package var spec: OperationSpec { IAMAction.specs[self] ?? IAMAction.unknown }

  /// The row of what is no action.
  package static let unknown = OperationSpec(
    "IAM", .post, .service, action: "iam:*", body: .buffered(limit: bodyLimit), cost: .control,
    logName: "IAM.UNKNOWN", isImplemented: false)

  /// Bytes of a form. Actions with policies are not built; what the others take is names and a path of 512
  /// characters, each three bytes when it is percent-encoded.
  package static let bodyLimit = 16 << 10

  private static let specs: [IAMAction: OperationSpec] = Dictionary(
    uniqueKeysWithValues: allCases.map { action in
      (
        action,
        OperationSpec(
          action.rawValue, .post, .service, action: "iam:\(action.rawValue)",
          body: .buffered(limit: bodyLimit), cost: .control, logName: "IAM.\(action.rawValue)")
      )
    })
}
