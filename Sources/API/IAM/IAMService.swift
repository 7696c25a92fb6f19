package import Access
import Primitives

/// The IAM query API over the identity store.
///
/// Root may do everything; a user may see itself and manage its own keys.
package struct IAMService: Sendable {
  let identities: IdentityStore

  package init(identities: IdentityStore) {
    self.identities = identities
  }

  /// Runs an action and writes its answer.
  package func run(
    _ action: IAMAction, _ form: IAMForm, caller: Identity, requestID: [UInt8]
  ) async throws(IAMError) -> [UInt8] {
    let result: ((inout XMLWriter) -> Void)? =
      switch action {
      case .createUser: try await createUser(form, caller)
      case .getUser: try getUser(form, caller)
      case .listUsers: try listUsers(form, caller)
      case .deleteUser: try await deleteUser(form, caller)
      case .createAccessKey: try await createAccessKey(form, caller)
      case .listAccessKeys: try listAccessKeys(form, caller)
      case .updateAccessKey: try await updateAccessKey(form, caller)
      case .deleteAccessKey: try await deleteAccessKey(form, caller)
      }
    return IAMDocument.write(action, requestID: requestID, result: result)
  }

  /// The user an action is about: the one named, or the caller.
  ///
  /// - Throws: AccessDenied when a user names another one; ValidationError when root names nobody, since root
  ///   is no user.
  func subject(_ form: IAMForm, _ caller: Identity, _ action: IAMAction) throws(IAMError) -> String {
    let named = try form.string("UserName")
    if caller.isRoot {
      guard let named, !named.isEmpty else {
        throw IAMError(
          .validationError, "Must specify userName when calling with non-User credentials")
      }
      return named
    }
    guard let named, named.lowercased() != caller.name.lowercased() else { return caller.name }
    throw .accessDenied(caller, action.rawValue, on: IAMService.arn(ofUser: named))
  }

  /// - Throws: AccessDenied for everybody but root.
  func requireRoot(_ caller: Identity, _ action: IAMAction, on resource: String) throws(IAMError) {
    guard caller.isRoot else { throw .accessDenied(caller, action.rawValue, on: resource) }
  }

  /// The name of a user that may not exist, as a resource.
  static func arn(ofUser name: String) -> String { "arn:aws:iam::\(Account.id):user/\(name)" }

  /// Runs a call on the identity store.
  func access<R>(_ body: () async throws(AccessError) -> R) async throws(IAMError) -> R {
    do throws(AccessError) { return try await body() } catch { throw IAMError(error) }
  }

  /// Runs a call on the identity store.
  func access<R>(_ body: () throws(AccessError) -> R) throws(IAMError) -> R {
    do throws(AccessError) { return try body() } catch { throw IAMError(error) }
  }
}
