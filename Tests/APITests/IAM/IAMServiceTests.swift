import Access
import Metadata
import Primitives
import Testing

@testable import API

@Suite struct IAMServiceTests {
  private static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
  private static let xmlns = "xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\""
  private static let metadata =
    "<ResponseMetadata><RequestId>0123456789ABCDEF</RequestId></ResponseMetadata>"

  /// A service over an empty store.
  private func withService(_ body: (IAMService, IdentityStore) async throws -> Void) async throws {
    let store = try await IdentityStore.open(
      metadata: MemoryMetadata(), sealingKey: AESGCMKey(SecureRandom.bytes(32)),
      root: RootCredentials(accessKeyID: "rootkey", secretAccessKey: "rootsecret"))
    try await body(IAMService(identities: store), store)
  }

  private func run(
    _ service: IAMService, _ action: IAMAction, _ form: String, as caller: Identity = Account.root
  ) async throws(IAMError) -> String {
    text(
      try await service.run(
        action, try IAMForm(slice(form)), caller: caller, requestID: bytes("0123456789ABCDEF")))
  }

  private func failure(
    _ service: IAMService, _ action: IAMAction, _ form: String, as caller: Identity = Account.root
  ) async -> IAMError? {
    do throws(IAMError) {
      _ = try await run(service, action, form, as: caller)
      return nil
    } catch {
      return error
    }
  }

  @Test func usersComeAndGo() async throws {
    try await withService { service, store in
      let made = try await run(service, .createUser, "UserName=alice&Path=%2Fteam%2F")
      let user = try store.user(named: "alice")
      let body = """
        <Path>/team/</Path><UserName>alice</UserName><UserId>\(user.id)</UserId>\
        <Arn>arn:aws:iam::000000000000:user/team/alice</Arn><CreateDate>\(IAMDocument.date(user.created))</CreateDate>
        """
      #expect(
        made == """
          \(Self.declaration)<CreateUserResponse \(Self.xmlns)><CreateUserResult><User>\(body)</User>\
          </CreateUserResult>\(Self.metadata)</CreateUserResponse>
          """)
      #expect(
        try await run(service, .getUser, "UserName=alice") == """
          \(Self.declaration)<GetUserResponse \(Self.xmlns)><GetUserResult><User>\(body)</User>\
          </GetUserResult>\(Self.metadata)</GetUserResponse>
          """)
      #expect(
        try await run(service, .listUsers, "") == """
          \(Self.declaration)<ListUsersResponse \(Self.xmlns)><ListUsersResult><Users><member>\(body)</member>\
          </Users><IsTruncated>false</IsTruncated></ListUsersResult>\(Self.metadata)</ListUsersResponse>
          """)
      #expect(
        try await run(service, .deleteUser, "UserName=alice")
          == "\(Self.declaration)<DeleteUserResponse \(Self.xmlns)>\(Self.metadata)</DeleteUserResponse>")
      #expect(await failure(service, .getUser, "UserName=alice")?.code.rawValue == "NoSuchEntity")
    }
  }

  @Test func keysComeAndGo() async throws {
    try await withService { service, store in
      _ = try await run(service, .createUser, "UserName=alice")
      let made = try XMLReader.parse(bytes(try await run(service, .createAccessKey, "UserName=alice")))
      let key = try #require(made.first("CreateAccessKeyResult")?.first("AccessKey"))
      let id = try #require(key.string("AccessKeyId"))
      #expect(key.string("Status") == "Active")
      #expect(key.string("UserName") == "alice")
      let secret = try #require(key.string("SecretAccessKey"))
      #expect(store.credential(accessKeyID: id)?.secret == bytes(secret))

      let listed = try await run(service, .listAccessKeys, "UserName=alice")
      #expect(listed.contains("<AccessKeyId>\(id)</AccessKeyId><Status>Active</Status>"))
      #expect(!listed.contains(secret))

      _ = try await run(service, .updateAccessKey, "AccessKeyId=\(id)&Status=Inactive")
      #expect(store.credential(accessKeyID: id) == nil)
      #expect(await failure(service, .deleteUser, "UserName=alice")?.code.rawValue == "DeleteConflict")
      _ = try await run(service, .deleteAccessKey, "AccessKeyId=\(id)&UserName=alice")
      #expect(
        await failure(service, .deleteAccessKey, "AccessKeyId=\(id)&UserName=alice")?.code.rawValue
          == "NoSuchEntity")
      _ = try await run(service, .deleteUser, "UserName=alice")
    }
  }

  @Test func aUserSeesItselfAndItsOwnKeys() async throws {
    try await withService { service, store in
      _ = try await run(service, .createUser, "UserName=alice")
      _ = try await run(service, .createUser, "UserName=bob")
      let alice = try store.user(named: "alice").identity
      #expect(try await run(service, .getUser, "", as: alice).contains("<UserName>alice</UserName>"))
      #expect(try await run(service, .getUser, "UserName=Alice", as: alice).contains("alice"))
      let made = try await run(service, .createAccessKey, "", as: alice)
      #expect(made.contains("<UserName>alice</UserName>"))
      let bobs = try await store.createAccessKey(userName: "bob").key.id
      let forbidden: [(IAMAction, String)] = [
        (.createUser, "UserName=eve"), (.listUsers, ""), (.deleteUser, "UserName=bob"),
        (.getUser, "UserName=bob"), (.createAccessKey, "UserName=bob"), (.listAccessKeys, "UserName=bob"),
        (.updateAccessKey, "AccessKeyId=\(bobs)&Status=Inactive&UserName=bob"),
        (.deleteAccessKey, "AccessKeyId=\(bobs)&UserName=bob"),
      ]
      for (action, form) in forbidden {
        let error = await failure(service, action, form, as: alice)
        #expect(error?.code == .accessDenied, "\(action)")
        #expect(error?.status == 403)
      }
      // Without a name the key is looked for among the caller's own.
      #expect(
        await failure(service, .deleteAccessKey, "AccessKeyId=\(bobs)", as: alice)?.code.rawValue
          == "NoSuchEntity")
      #expect(store.credential(accessKeyID: bobs) != nil)
    }
  }

  @Test func limitsHold() async throws {
    try await withService { service, _ in
      _ = try await run(service, .createUser, "UserName=alice")
      #expect(await failure(service, .createUser, "UserName=ALICE")?.code.rawValue == "EntityAlreadyExists")
      for _ in 0..<2 { _ = try await run(service, .createAccessKey, "UserName=alice") }
      let third = await failure(service, .createAccessKey, "UserName=alice")
      #expect(third?.code.rawValue == "LimitExceeded")
      #expect(third?.status == 409)
    }
  }

  static let invalid: [(action: IAMAction, form: String, code: String)] = [
    (.createUser, "", "ValidationError"),
    (.createUser, "UserName=", "ValidationError"),
    (.createUser, "UserName=a%20b", "ValidationError"),
    (.createUser, "UserName=\(String(repeating: "a", count: 65))", "ValidationError"),
    (.createUser, "UserName=%FF", "ValidationError"),
    (.createUser, "UserName=a&Path=x", "ValidationError"),
    (.createUser, "UserName=a&PermissionsBoundary=arn", "InvalidInput"),
    (.createUser, "UserName=root", "EntityAlreadyExists"),
    (.listUsers, "MaxItems=0", "ValidationError"),
    (.listUsers, "MaxItems=1001", "ValidationError"),
    (.listUsers, "Marker=x", "ValidationError"),
    (.createAccessKey, "", "ValidationError"),
    (.createAccessKey, "UserName=nobody", "NoSuchEntity"),
    (.listAccessKeys, "UserName=nobody", "NoSuchEntity"),
    (.updateAccessKey, "AccessKeyId=AKIAX&Status=Off", "ValidationError"),
    (.updateAccessKey, "AccessKeyId=AKIAX", "ValidationError"),
    (.updateAccessKey, "AccessKeyId=AKIAX&Status=Active", "NoSuchEntity"),
    (.deleteAccessKey, "", "ValidationError"),
  ]

  @Test(arguments: invalid)
  func refuses(_ action: IAMAction, _ form: String, _ code: String) async throws {
    try await withService { service, _ in
      #expect(await failure(service, action, form)?.code.rawValue == code)
    }
  }

  @Test func listsInPages() async throws {
    try await withService { service, _ in
      for name in ["c", "a", "b"] { _ = try await run(service, .createUser, "UserName=\(name)") }
      let first = try XMLReader.parse(bytes(try await run(service, .listUsers, "MaxItems=2")))
      let page = try #require(first.first("ListUsersResult"))
      #expect(page.first("Users")?.all("member").map { $0.string("UserName") } == ["a", "b"])
      #expect(page.string("IsTruncated") == "true")
      let marker = try #require(page.string("Marker"))
      let second = try await run(service, .listUsers, "MaxItems=2&Marker=\(marker)")
      #expect(second.contains("<UserName>c</UserName>"))
      #expect(second.contains("<IsTruncated>false</IsTruncated>"))
      #expect(!second.contains("<Marker>"))
    }
  }

  @Test func rootIsNoUser() async throws {
    try await withService { service, _ in
      let answer = try await run(service, .getUser, "")
      #expect(answer.contains("<Arn>arn:aws:iam::000000000000:root</Arn>"))
    }
  }

  @Test func errorDocument() {
    let error = IAMError(.noSuchEntity, "The user with name <x> cannot be found.")
    #expect(
      text(IAMDocument.write(error, requestID: bytes("0123456789ABCDEF"))) == """
        \(Self.declaration)<ErrorResponse \(Self.xmlns)><Error><Type>Sender</Type><Code>NoSuchEntity</Code>\
        <Message>The user with name &lt;x&gt; cannot be found.</Message></Error>\
        <RequestId>0123456789ABCDEF</RequestId></ErrorResponse>
        """)
  }

  @Test func signatureErrorsHaveIAMsWords() {
    #expect(IAMError(SignatureError.unknownAccessKey("x")).code == .invalidClientTokenID)
    #expect(IAMError(SignatureError.missingDate).code == .accessDenied)
    #expect(IAMError(SignatureError.malformedComponent("x")).code == .incompleteSignature)
    #expect(IAMError(SignatureError.malformedComponent("x")).status == 400)
  }

  /// As S3 answers: a client that repeated it would meet the same full disk.
  @Test func aFullDiskIsToldAsOne() async throws {
    let metadata = MemoryMetadata()
    let store = try await IdentityStore.open(
      metadata: metadata, sealingKey: AESGCMKey(SecureRandom.bytes(32)),
      root: RootCredentials(accessKeyID: "rootkey", secretAccessKey: "rootsecret"))
    let service = IAMService(identities: store)
    _ = try await run(service, .createUser, "UserName=alice")
    metadata.failCommits(with: MetadataError(.full, "1 MiB free in /srv"))
    for (action, form) in [(IAMAction.createUser, "UserName=bob"), (.createAccessKey, "UserName=alice")] {
      let error = await failure(service, action, form)
      #expect(error?.status == 507 && error?.code.rawValue == "InsufficientStorage")
      #expect(error?.message.contains("/srv") == false)
    }
  }

  @Test func storageFailuresAreNotTold() {
    let error = IAMError(AccessError.configuration("volume 3"))
    #expect(error.code == .serviceFailure)
    #expect(error.status == 500)
    #expect(!error.message.contains("volume"))
  }
}
