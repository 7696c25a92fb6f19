import Access
import Primitives

extension IAMService {
  /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html>
  func createUser(_ form: IAMForm, _ caller: Identity) async throws(IAMError) -> (inout XMLWriter) -> Void {
    let name = try form.required("UserName")
    try requireRoot(caller, .createUser, on: IAMService.arn(ofUser: name))
    let path = try form.string("Path") ?? "/"
    guard !form.contains("PermissionsBoundary"), !form.contains("Tags.member.1.Key") else {
      throw IAMError(
        .invalidInput, "Tags and permissions boundaries are not implemented by this server.")
    }
    let identities = self.identities
    let user = try await access { () async throws(AccessError) in
      try await identities.createUser(name: name, path: path)
    }
    return { IAMService.write(user, to: &$0) }
  }

  /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html>
  func getUser(_ form: IAMForm, _ caller: Identity) throws(IAMError) -> (inout XMLWriter) -> Void {
    if caller.isRoot, try form.string("UserName") == nil {
      // Root is no user; this is what AWS says of it.
      return { xml in
        xml.open("User")
        xml.element("UserId", caller.id)
        xml.element("Arn", caller.arn)
        xml.close("User")
      }
    }
    let name = try subject(form, caller, .getUser)
    let user = try access { () throws(AccessError) in try identities.user(named: name) }
    return { IAMService.write(user, to: &$0) }
  }

  /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html>
  func listUsers(_ form: IAMForm, _ caller: Identity) throws(IAMError) -> (inout XMLWriter) -> Void {
    let prefix = try form.string("PathPrefix") ?? "/"
    try requireRoot(caller, .listUsers, on: "arn:aws:iam::\(Account.id):user\(prefix)")
    var marker: String?
    if let text = try form.string("Marker") {
      guard let position = try? ContinuationToken.decode(Array(text.utf8)) else {
        throw .validation("marker", text, "Member must be a marker that ListUsers has returned")
      }
      marker = String(decoding: position, as: Unicode.UTF8.self)
    }
    let limit = try maximumItems(form)
    let page = identities.listUsers(pathPrefix: prefix, after: marker, limit: limit)
    return { xml in
      xml.open("Users")
      for user in page.users {
        xml.open("member")
        IAMDocument.write(user, to: &xml)
        xml.close("member")
      }
      xml.close("Users")
      xml.element("IsTruncated", page.isTruncated)
      if page.isTruncated, let last = page.users.last {
        xml.element("Marker", ContinuationToken.encode(Array(last.name.utf8)))
      }
    }
  }

  /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html>
  func deleteUser(_ form: IAMForm, _ caller: Identity) async throws(IAMError) -> ((inout XMLWriter) -> Void)?
  {
    let name = try form.required("UserName")
    try requireRoot(caller, .deleteUser, on: IAMService.arn(ofUser: name))
    let identities = self.identities
    try await access { () async throws(AccessError) in try await identities.deleteUser(name: name) }
    return nil
  }

  /// `MaxItems`: 1 to 1000, 100 by default.
  private func maximumItems(_ form: IAMForm) throws(IAMError) -> Int {
    guard let text = try form.string("MaxItems") else { return 100 }
    guard let number = Int(text), (1...1000).contains(number) else {
      throw .validation("maxItems", text, "Member must have value between 1 and 1000")
    }
    return number
  }

  private static func write(_ user: User, to xml: inout XMLWriter) {
    xml.open("User")
    IAMDocument.write(user, to: &xml)
    xml.close("User")
  }
}
