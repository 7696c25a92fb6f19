import Access
import Foundation
import HTTP
import Primitives

/// `/v1/users`: what `weir user` does.
struct UserEndpoints {
  let identities: IdentityStore

  private struct NewUser: Decodable {
    let name: String
    let path: String?
  }

  func answer(
    _ method: HTTPMethod, _ path: String, _ body: [UInt8]
  ) async throws(AdminProblem) -> AdminAnswer {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst(2)
    guard parts.first == "users", parts.count <= 2 else {
      throw AdminProblem(404, "there is nothing at \(path)")
    }
    do throws(AccessError) {
      guard let escaped = parts.dropFirst().first else {
        switch method {
        case .get: return .json(list())
        case .post: return .json(try await create(body))
        default: return .error(405, "use GET or POST")
        }
      }
      guard let bytes = PercentEncoding.decode(escaped.utf8, plusIsSpace: false) else {
        return .error(400, "the user name is not well escaped")
      }
      let name = String(decoding: bytes, as: Unicode.UTF8.self)
      switch method {
      case .get: return .json(try describe(try identities.user(named: name)))
      case .delete: return .json(try await delete(name))
      default: return .error(405, "use GET or DELETE")
      }
    } catch { throw AdminProblem(error) }
  }

  private func list() -> String {
    let users = identities.listUsers(limit: AccessLimits.users).users
    let texts = users.compactMap { try? describe($0) }
    return "{\"users\":[\(texts.joined(separator: ","))]}"
  }

  private func describe(_ user: User) throws(AccessError) -> String {
    let keys = try identities.listAccessKeys(userName: user.name).map { key in
      "{\"access_key\":\(JSONText.quoted(key.id)),\"status\":\"\(key.status.name)\""
        + ",\"created\":\"\(key.created.iso8601)\"}"
    }
    return
      "{\"name\":\(JSONText.quoted(user.name)),\"id\":\"\(user.id)\",\"arn\":\(JSONText.quoted(user.arn))"
      + ",\"canonical_id\":\"\(user.canonicalID)\",\"created\":\"\(user.created.iso8601)\""
      + ",\"access_keys\":[\(keys.joined(separator: ","))]}"
  }

  private func create(_ body: [UInt8]) async throws(AccessError) -> String {
    guard let request = try? JSONDecoder().decode(NewUser.self, from: Data(body)) else {
      throw .invalid(parameter: "body", value: "", rule: "be {\"name\":…}")
    }
    let user = try await identities.createUser(name: request.name, path: request.path ?? "/")
    let made = try await identities.createAccessKey(userName: user.name)
    return "{\"name\":\(JSONText.quoted(user.name)),\"access_key\":\(JSONText.quoted(made.key.id))"
      + ",\"secret_key\":\(JSONText.quoted(made.secret))}"
  }

  private func delete(_ name: String) async throws(AccessError) -> String {
    let user = try identities.user(named: name)
    let text = try describe(user)
    for key in try identities.listAccessKeys(userName: name) {
      try await identities.deleteAccessKey(id: key.id, userName: name)
    }
    try await identities.deleteUser(name: name)
    return text
  }
}

extension AdminProblem {
  init(_ error: AccessError) {
    switch error {
    case .noSuchUser(let name): self.init(404, "there is no user \(name)")
    case .noSuchAccessKey(let id): self.init(404, "there is no access key \(id)")
    case .userExists(let name): self.init(409, "a user \(name) exists already")
    case .userHasAccessKeys(let name): self.init(409, "\(name) still has access keys")
    case .limitExceeded(let quota, let limit): self.init(409, "\(quota) is limited to \(limit)")
    case .invalid(let parameter, let value, let rule):
      self.init(400, "\(parameter) \"\(value)\" must \(rule)")
    case .configuration(let message): self.init(500, message)
    case .metadata where error.isForWantOfRoom:
      self.init(507, "the disk of the metadata is full: make room, then try again")
    case .metadata: self.init(500, "metadata could not be read or written: look at the server's log")
    }
  }
}
