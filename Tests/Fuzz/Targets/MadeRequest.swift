import Access
import Primitives
import Ring

@testable import API
@testable import HTTP
@testable import Objects

/// Requests without a connection, as operations get them.
enum MadeRequest {
  static let now = Timestamp(seconds: 1_369_353_600)  // 2013-05-24T00:00:00Z, the day of AWS's examples
  static let identity = Identity(
    name: "alice", canonicalID: String(repeating: "ab", count: 32),
    arn: "arn:aws:iam::000000000000:user/alice", id: "AIDATEST", isRoot: false)
  static let domains = ["s3.example.com"]

  /// The head that the bytes begin with; nil when they begin with none.
  static func head(_ bytes: [UInt8]) -> RequestHead? {
    var parser = RequestHeadParser(limits: HTTPLimits())
    do throws(RequestProblem) {
      return try bytes.withPart(0..<bytes.count) { (all) throws(RequestProblem) in
        try unsafe parser.consume(all).head
      }
    } catch {
      return nil
    }
  }

  /// A request of that head, with target and query read, from `identity`.
  static func make(_ head: RequestHead, dialect: Dialect = .s3) throws(S3Error) -> APIRequest {
    guard let address = try? SocketAddress(parsing: "127.0.0.1:9000") else { throw S3Error(.internalError) }
    let request = APIRequest(
      head: head,
      connection: ConnectionInfo(peer: address, local: address, tls: nil, listenerName: "fuzz"),
      dialect: dialect,
      identifiers: RequestIdentifiers(requestID: bytes("0123456789ABCDEF"), hostID: bytes("aG9zdA==")),
      arrived: now, started: Instant(nanoseconds: 1_000_000_000))
    request.target = try RequestTarget.parse(head, domains: domains)
    request.query = try QueryParameters(head.query)
    request.identity = identity
    if let name = request.target.bucket, let valid = BucketName(lookup: name) {
      request.bucket = BucketInfo(
        id: 7, name: valid, owner: PrincipalID(identity.canonicalID), created: now, region: "us-east-1")
    }
    return request
  }

  /// Whatever is refused is refused with a document that can be read.
  static func checkDocument(_ error: S3Error) throws(BrokenProperty) {
    let identifiers = RequestIdentifiers(requestID: bytes("0123456789ABCDEF"), hostID: bytes("aG9zdA=="))
    try checkWellFormed(ErrorDocument.write(error, identifiers), error.code.name)
  }

  /// Control characters are the exception: S3 writes them as references, which XML 1.0 does not allow.
  static func checkWellFormed(_ document: [UInt8], _ what: String) throws(BrokenProperty) {
    do throws(XMLError) {
      _ = try XMLReader.parse(document)
    } catch {
      try require(text(document).contains("&#x"), "the document of \(what) is not XML: \(error)")
    }
  }
}
