import Access
import Primitives
import Testing

@testable import API

/// The body of a form is read for those only who may have it read, and only so much of it.
@Suite struct IAMBodyTests {
  private static let form = [("content-type", "application/x-www-form-urlencoded")]
  private static let body =
    bytes("Action=ListUsers&Version=2010-05-08&Padding=") + [UInt8](repeating: 0x61, count: 9_000)

  /// A form signed with another region, at another time or with another key.
  private func signed(
    _ api: RunningAPI, accessKeyID: String = "rootkey", region: String = "us-east-1", secondsAgo: Int64 = 0
  ) async throws -> Answer {
    let signer = SigV4Signer(
      accessKeyID: accessKeyID, secretKey: "rootsecret", region: region, service: "iam")
    let now = Timestamp.now()
    let request = SigV4Signer.Request(
      method: "POST", path: "/", headers: [(name: "host", value: "127.0.0.1:\(api.port)")])
    let headers = signer.sign(
      request, payload: .sha256(SHA256.hash(Self.body)),
      at: Timestamp(milliseconds: now.milliseconds - secondsAgo * 1_000)
    ).headers
    return try await api.exchange("POST", "/", headers.map { ($0.name, $0.value) }, body: Self.body)
  }

  @Test func whatIsRefusedAnywayIsNotRead() async throws {
    try await RunningAPI.run { api in
      #expect(try await signed(api, accessKeyID: "nobody").code == "InvalidClientTokenId")
      #expect(try await signed(api, region: "mars-1").code == "IncompleteSignature")
      #expect(try await signed(api, secondsAgo: 3_600).code == "SignatureDoesNotMatch")
      let anonymous = try await api.send("POST", "/", Self.form, body: Self.body, as: nil)
      #expect(anonymous.code == "MissingAuthenticationToken")
      #expect(api.observer.all.map(\.outcome.bytesIn) == [0, 0, 0, 0])
      #expect(try await signed(api).status == 200)
      #expect(api.observer.all.last?.outcome.bytesIn == UInt64(Self.body.count))
    }
  }

  @Test func formsHaveALimit() async throws {
    #expect(IAMAction.bodyLimit == 16 << 10)
    try await RunningAPI.run { api in
      func send(_ count: Int) async throws -> Answer {
        let start = bytes("Action=ListUsers&Padding=")
        let body = start + [UInt8](repeating: 0x61, count: count - start.count)
        return try await api.send("POST", "/", Self.form, body: body, service: "iam")
      }
      #expect(try await send(IAMAction.bodyLimit).status == 200)
      let refused = try await send(IAMAction.bodyLimit + 1)
      #expect(refused.status == 413 && refused.code == "RequestEntityTooLarge")
      #expect(api.observer.all.last?.outcome.bytesIn == 0)
    }
  }
}
