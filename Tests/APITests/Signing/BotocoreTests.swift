import Foundation
import Primitives
import Testing

@testable import API

/// The verifier against botocore: 475 requests that it signed, see Tests/Fixtures/signing.
@Suite struct BotocoreTests {
  struct Fixtures: Decodable {
    var now: Int64
    var accessKeyID: String
    var secretKey: String
    var region: String
    var requests: [Request]
  }

  struct Request: Decodable {
    var name: String
    var kind: String
    var bucket: String?
    var head: String
    var bodySHA256: String
  }

  static func load() throws -> Fixtures {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/signing/requests.json")
    return try JSONDecoder().decode(Fixtures.self, from: Data(contentsOf: file))
  }

  @Test func everyRequestIsAccepted() throws {
    let fixtures = try Self.load()
    let authenticator = Authenticator(configuration: SigningConfiguration(region: fixtures.region))
    #expect(fixtures.requests.count > 400)
    for request in fixtures.requests {
      do {
        let authentication = try authenticator.authenticate(
          Example.head(request.head), virtualHostBucket: request.bucket,
          bodySHA256: Hex.decode(request.bodySHA256), now: Timestamp(seconds: fixtures.now),
          credentials: Keys())
        #expect("\(authentication.kind)" == request.kind, "\(request.name)")
        #expect(authentication.accessKeyID == fixtures.accessKeyID)
      } catch let error as SignatureError {
        Issue.record("\(request.name): \(error.s3.code) \(error.s3.message) \(error.s3.extras)")
      }
    }
  }

  /// Every byte of the request line and of a signed header matters.
  @Test func anotherMethodOrPathIsRefused() throws {
    let fixtures = try Self.load()
    let authenticator = Authenticator(configuration: SigningConfiguration(region: fixtures.region))
    for request in fixtures.requests {
      let bytes = Array(request.head.utf8)
      let blank = try #require(bytes.firstIndex(of: UInt8(ascii: " ")))
      let spoilt = [
        Array("OPTIONS".utf8) + bytes[blank...],
        Array(bytes[...(blank + 1)]) + Array("x".utf8) + bytes[(blank + 2)...],
      ]
      for head in spoilt {
        #expect(throws: SignatureError.self, "\(request.name)") {
          try authenticator.authenticate(
            Example.head(head), virtualHostBucket: request.bucket,
            bodySHA256: Hex.decode(request.bodySHA256), now: Timestamp(seconds: fixtures.now),
            credentials: Keys())
        }
      }
    }
  }
}
