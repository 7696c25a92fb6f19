import HTTP
import Objects
import Primitives
import Testing

@testable import API

/// Whole requests through the chain, over loopback.
@Suite(.serialized) struct ChainTests {
  // MARK: who may do what

  @Test func strangersAreRefused() async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      for (method, target) in [("GET", "/"), ("GET", "/photos"), ("PUT", "/photos/k"), ("GET", "/photos/k")] {
        let answer = try await api.send(method, target, as: nil)
        #expect(answer.status == 403)
        #expect(answer.code == "AccessDenied")
        #expect(answer.element("RequestId") == answer.fields["x-amz-request-id"])
        #expect(answer.element("HostId") == answer.fields["x-amz-id-2"])
        #expect(answer.fields["content-type"] == "application/xml")
      }
      let head = try await api.send("HEAD", "/photos", as: nil)
      #expect(head.status == 403)
      #expect(head.body.isEmpty)
      #expect(head.fields["x-amz-bucket-region"] == "us-east-1")
    }
  }

  @Test func signaturesAreChecked() async throws {
    try await RunningAPI.run { api in
      let unknown = try await api.send("GET", "/", as: Caller(accessKeyID: "nobody", secret: "secret"))
      #expect(unknown.status == 403)
      #expect(unknown.code == "InvalidAccessKeyId")
      #expect(unknown.element("AWSAccessKeyId") == "nobody")
      let wrong = try await api.send("GET", "/", as: Caller(accessKeyID: "rootkey", secret: "wrongsecret"))
      #expect(wrong.status == 403)
      #expect(wrong.code == "SignatureDoesNotMatch")
      #expect(wrong.element("StringToSign") != nil)
    }
  }

  @Test func bucketsBelongToTheirOwners() async throws {
    try await RunningAPI.run { api in
      let alice = try await api.makeUser("alice")
      let bob = try await api.makeUser("bob")
      #expect(try await api.send("PUT", "/alices", as: alice).status == 200)
      #expect(try await api.send("PUT", "/bobs", as: bob).status == 200)
      #expect(try await api.send("PUT", "/alices/k", body: bytes("v"), as: alice).status == 200)

      for (method, target) in [
        ("GET", "/alices"), ("HEAD", "/alices"), ("GET", "/alices/k"), ("PUT", "/alices/k"),
        ("DELETE", "/alices/k"), ("DELETE", "/alices"), ("GET", "/alices?location"),
        ("POST", "/alices/k?uploads"),
      ] {
        #expect(try await api.send(method, target, as: bob).status == 403, "\(method) \(target)")
      }
      let copy = try await api.send("PUT", "/bobs/k", [("x-amz-copy-source", "/alices/k")], as: bob)
      #expect(copy.code == "AccessDenied")
      #expect(try await api.send("GET", "/alices/k").text == "v")

      let taken = try await api.send("PUT", "/alices", as: bob)
      #expect(taken.status == 409)
      #expect(taken.code == "BucketAlreadyExists")
      #expect(try await api.send("PUT", "/alices").code == "BucketAlreadyExists")
      #expect(try await api.send("PUT", "/alices", as: alice).status == 200)

      #expect(try await api.send("GET", "/", as: alice).text.contains("<Buckets><Bucket><Name>alices</Name>"))
      #expect(try await !api.send("GET", "/", as: alice).text.contains("bobs"))
      let all = try await api.send("GET", "/").text
      #expect(all.contains("alices") && all.contains("bobs"))
    }
  }

  @Test func errorsHaveTheirOrder() async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      // A wrong signature beats a missing bucket.
      let wrong = Caller(accessKeyID: "rootkey", secret: "wrongsecret")
      #expect(try await api.send("GET", "/missing", as: wrong).code == "SignatureDoesNotMatch")
      // A missing bucket beats a bad parameter.
      let missing = try await api.send("GET", "/missing?max-keys=-1")
      #expect(missing.status == 404)
      #expect(missing.code == "NoSuchBucket")
      #expect(missing.element("BucketName") == "missing")
      #expect(try await api.send("GET", "/photos?max-keys=-1").code == "InvalidArgument")
      // A missing object beats conditions.
      let object = try await api.send("GET", "/photos/none", [("if-match", "\"x\"")])
      #expect(object.status == 404)
      #expect(object.code == "NoSuchKey")
      #expect(object.element("Key") == "none")
      #expect(try await api.send("GET", "/in$valid").code == "InvalidBucketName")
      #expect(try await api.send("GET", "/photos/%zz").code == "InvalidURI")
      #expect(try await api.send("DELETE", "/photos?location").code == "MethodNotAllowed")
      #expect(try await api.send("GET", "/photos").status == 200)
    }
  }

  @Test func whatIsNotBuiltSaysSo() async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      for (method, target) in [
        ("GET", "/photos?acl"), ("PUT", "/photos?website"), ("GET", "/photos/k?acl"),
        ("GET", "/photos?policy"), ("POST", "/photos/k?select&select-type=2"), ("GET", "/photos?replication"),
      ] {
        let answer = try await api.send(method, target)
        #expect(answer.status == 501, "\(method) \(target)")
        #expect(answer.code == "NotImplemented")
        #expect(try await api.send(method, target, as: nil).status == 403)
      }
      #expect(try await api.send("GET", "/photos?versioning").status == 200)
    }
  }

  @Test func preflightsAreRefusedWithoutASignature() async throws {
    try await RunningAPI.run { api in
      let refused = try await api.send(
        "OPTIONS", "/photos/k", [("origin", "http://x"), ("access-control-request-method", "PUT")], as: nil)
      #expect(refused.status == 403)
      #expect(refused.code == "AccessForbidden")
      #expect(try await api.send("OPTIONS", "/photos/k", as: nil).status == 400)
    }
  }

  @Test func theExpectedOwnerIsTheAccount() async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      let right = [("x-amz-expected-bucket-owner", "000000000000")]
      let wrong = [("x-amz-expected-bucket-owner", "111122223333")]
      #expect(try await api.send("HEAD", "/photos", right).status == 200)
      #expect(try await api.send("HEAD", "/photos", wrong).status == 403)
    }
  }

  @Test func requestsThatAreNoneGetADocumentToo() async throws {
    try await RunningAPI.run { api in
      let answer = try Answer(
        try await api.raw(bytes("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n")))
      #expect(answer.status == 400)
      #expect(answer.code == "BadRequest")
      #expect(answer.element("Reason") == "content-length-invalid")
      #expect(answer.fields["x-amz-request-id"]?.count == 16)
    }
  }

  // MARK: what the observer learns

  @Test func everyRequestIsObserved() async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      _ = try await api.send("PUT", "/photos/k", body: bytes("0123456789"))
      _ = try await api.send("GET", "/photos/k", [("range", "bytes=2-4")])
      _ = try await api.send("HEAD", "/photos/k")
      _ = try await api.send("GET", "/photos/none")
      _ = try await api.send("GET", "/", as: nil)
      let records = api.observer.all
      #expect(
        records.map(\.operation) == [
          "CreateBucket", "PutObject", "GetObject", "HeadObject", "GetObject", "ListBuckets",
        ])
      #expect(records.map(\.outcome.status) == [200, 200, 206, 200, 404, 403])
      #expect(records.map(\.outcome.errorCode) == [nil, nil, nil, nil, "NoSuchKey", "AccessDenied"])
      #expect(records[1].outcome.bytesIn == 10)
      #expect(records[2].outcome.bytesOut == 3)
      #expect(records[3].outcome.bytesOut == 0)
      #expect(records.map(\.outcome.objectSize) == [nil, 10, 10, 10, nil, nil])
      #expect(records[2].identity == "root")
      #expect(records[2].logLine.contains(" REST.GET.OBJECT k \"GET /photos/k HTTP/1.1\" 206 - 3 10 "))
      #expect(records[5].identity == nil)
      #expect(records.allSatisfy { $0.outcome.finished != nil && !$0.outcome.isDisconnected })
    }
  }

  // MARK: IAM on the same port

  @Test func iamMakesUsers() async throws {
    try await RunningAPI.run { api in
      let form = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")]
      func iam(_ parameters: String, as caller: Caller? = .root) async throws -> Answer {
        try await api.send(
          "POST", "/", form, body: bytes(parameters + "&Version=2010-05-08"), as: caller, service: "iam")
      }
      let made = try await iam("Action=CreateUser&UserName=carol")
      #expect(made.status == 200)
      #expect(made.fields["content-type"] == "text/xml")
      let key = try await iam("Action=CreateAccessKey&UserName=carol")
      let carol = Caller(
        accessKeyID: try #require(key.element("AccessKeyId")),
        secret: try #require(key.element("SecretAccessKey")))
      #expect(try await api.send("PUT", "/carols", as: carol).status == 200)
      #expect(try await iam("Action=GetUser", as: carol).element("UserName") == "carol")
      #expect(try await iam("Action=CreateUser&UserName=eve", as: carol).code == "AccessDenied")

      let off = "Action=UpdateAccessKey&Status=Inactive&AccessKeyId=\(carol.accessKeyID)&UserName=carol"
      #expect(try await iam(off).status == 200)
      #expect(try await api.send("GET", "/carols", as: carol).code == "InvalidAccessKeyId")
      #expect(try await iam("Action=GetUser", as: carol).code == "InvalidClientTokenId")

      #expect(try await iam("Action=ListGroups").code == "InvalidAction")
      #expect(try await iam("Action=").code == "MissingAction")
      #expect(try await iam("Action=ListUsers", as: nil).code == "MissingAuthenticationToken")
      let forged = try await iam(
        "Action=ListUsers", as: Caller(accessKeyID: "rootkey", secret: "wrongsecret"))
      #expect(forged.code == "SignatureDoesNotMatch")
      let sts = try await api.send(
        "POST", "/", form, body: bytes("Action=GetCallerIdentity&Version=2011-06-15"), service: "sts")
      #expect(sts.code == "InvalidAction")
      #expect(api.observer.all.compactMap(\.operation).contains("CreateUser"))
    }
  }

  /// The signature of an IAM request covers its body.
  @Test func iamBodiesAreSigned() async throws {
    try await RunningAPI.run { api in
      let signer = SigV4Signer(
        accessKeyID: "rootkey", secretKey: "rootsecret", region: "us-east-1", service: "iam")
      let host = "127.0.0.1:\(api.port)"
      let signed = signer.sign(
        SigV4Signer.Request(method: "POST", path: "/", headers: [(name: "host", value: host)]),
        payload: .sha256(SHA256.hash(bytes("Action=ListUsers"))), at: .now())
      let answer = try await api.exchange(
        "POST", "/", signed.headers.map { ($0.name, $0.value) }, body: bytes("Action=CreateUser&UserName=x"))
      #expect(answer.code == "SignatureDoesNotMatch")
    }
  }
}
