import Access
import Primitives

extension IAMService {
  /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html>
  func createAccessKey(
    _ form: IAMForm, _ caller: Identity
  ) async throws(IAMError) -> (inout XMLWriter) -> Void {
    let name = try subject(form, caller, .createAccessKey)
    let identities = self.identities
    let made = try await access { () async throws(AccessError) in
      try await identities.createAccessKey(userName: name)
    }
    return { xml in
      xml.open("AccessKey")
      IAMDocument.write(made.key, to: &xml)
      xml.element("SecretAccessKey", made.secret)
      xml.element("CreateDate", IAMDocument.date(made.key.created))
      xml.close("AccessKey")
    }
  }

  /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html>
  func listAccessKeys(_ form: IAMForm, _ caller: Identity) throws(IAMError) -> (inout XMLWriter) -> Void {
    let name = try subject(form, caller, .listAccessKeys)
    let keys = try access { () throws(AccessError) in try identities.listAccessKeys(userName: name) }
    return { xml in
      xml.open("AccessKeyMetadata")
      for key in keys {
        xml.open("member")
        IAMDocument.write(key, to: &xml)
        xml.element("CreateDate", IAMDocument.date(key.created))
        xml.close("member")
      }
      xml.close("AccessKeyMetadata")
      // A user has two keys at most: there is never a second page.
      xml.element("IsTruncated", false)
    }
  }

  /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html>
  func updateAccessKey(
    _ form: IAMForm, _ caller: Identity
  ) async throws(IAMError) -> ((inout XMLWriter) -> Void)? {
    let id = try form.required("AccessKeyId")
    let text = try form.required("Status")
    guard let status = AccessKey.Status(name: text) else {
      throw .validation("status", text, "Member must satisfy enum value set: [Active, Inactive]")
    }
    let name = try owner(of: id, form, caller, .updateAccessKey)
    let identities = self.identities
    try await access { () async throws(AccessError) in
      try await identities.updateAccessKey(id: id, userName: name, status: status)
    }
    return nil
  }

  /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html>
  func deleteAccessKey(
    _ form: IAMForm, _ caller: Identity
  ) async throws(IAMError) -> ((inout XMLWriter) -> Void)? {
    let id = try form.required("AccessKeyId")
    let name = try owner(of: id, form, caller, .deleteAccessKey)
    let identities = self.identities
    try await access { () async throws(AccessError) in
      try await identities.deleteAccessKey(id: id, userName: name)
    }
    return nil
  }

  /// The user whose key is meant: named, or the caller, or for root whoever has the key.
  private func owner(
    of id: String, _ form: IAMForm, _ caller: Identity, _ action: IAMAction
  ) throws(IAMError) -> String {
    if caller.isRoot, try form.string("UserName") == nil {
      return try access { () throws(AccessError) in try identities.owner(ofAccessKey: id).name }
    }
    return try subject(form, caller, action)
  }
}
