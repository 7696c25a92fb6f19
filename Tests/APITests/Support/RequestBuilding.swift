import Access
import Primitives
import Ring

@testable import API
@testable import HTTP
@testable import Objects

/// A request head from its text; lines end in LF here.
func head(_ line: String, _ headers: [String] = []) -> RequestHead {
  var lines = [line + " HTTP/1.1"]
  if !headers.contains(where: { $0.lowercased().hasPrefix("host:") }) { lines.append("Host: localhost:9000") }
  lines += headers
  let bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
  return head(bytes)
}

/// A request head from its bytes.
func head(_ bytes: [UInt8]) -> RequestHead {
  var parser = RequestHeadParser(limits: HTTPLimits())
  let parsed = unsafe bytes.withUnsafeBytes { unsafe try? parser.consume($0) }
  guard let found = parsed?.head else { fatalError("test request does not parse: \(text(bytes))") }
  return found
}

func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: Unicode.UTF8.self) }
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
func slice(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }

func key(_ text: String) -> ObjectKey { ObjectKey(stored: Array(text.utf8)) }

let testOwner = PrincipalID(String(repeating: "ab", count: 32))
let testTime = Timestamp(milliseconds: 1_767_323_045_678)  // 2026-01-02T03:04:05.678Z
let testIdentifiers = RequestIdentifiers(requestID: bytes("0123456789ABCDEF"), hostID: bytes("aG9zdA=="))
let testUser = Identity(
  name: "alice", canonicalID: testOwner.string, arn: "arn:aws:iam::000000000000:user/alice", id: "AIDATEST",
  isRoot: false)

func bucketInfo(
  _ name: String = "photos", region: String = "us-east-1", settings: BucketSettings = BucketSettings()
) -> BucketInfo {
  guard let valid = BucketName(lookup: name) else { fatalError("test bucket name") }
  return BucketInfo(
    id: 7, name: valid, owner: testOwner, created: testTime, region: region, settings: settings)
}

extension BucketSettings {
  /// With versioning, and Object Lock if asked for.
  static func versioned(
    _ state: VersioningState = .enabled, lock: ObjectLockConfiguration? = nil
  ) -> BucketSettings {
    var settings = BucketSettings()
    settings.versioning = state
    settings.objectLock = lock
    return settings
  }
}

func connectionInfo(tls: TLSInfo? = nil) -> ConnectionInfo {
  let address = try? SocketAddress(parsing: "127.0.0.1:9000")
  guard let address else { fatalError("test address") }
  return ConnectionInfo(peer: address, local: address, tls: tls, listenerName: "test")
}

/// A request as operations get it: target and query read, bucket known, signed by `testUser`.
func makeRequest(
  _ line: String, _ headers: [String] = [], payload: String = "", identity: Identity? = testUser,
  domains: [String] = [], bucketRegion: String = "us-east-1", settings: BucketSettings = BucketSettings()
) throws(S3Error) -> APIRequest {
  try makeRequest(
    head: head(line, headers), payload: payload, identity: identity, domains: domains,
    bucketRegion: bucketRegion, settings: settings)
}

func makeRequest(
  head: RequestHead, payload: String = "", identity: Identity? = testUser, domains: [String] = [],
  bucketRegion: String = "us-east-1", settings: BucketSettings = BucketSettings()
) throws(S3Error) -> APIRequest {
  let request = APIRequest(
    head: head, connection: connectionInfo(), dialect: .s3, identifiers: testIdentifiers,
    arrived: testTime, started: Instant(nanoseconds: 1_000_000_000))
  request.target = try RequestTarget.parse(request.head, domains: domains)
  request.query = try QueryParameters(request.head.query)
  request.identity = identity
  if let name = request.target.bucket, BucketName(lookup: name) != nil {
    request.bucket = bucketInfo(name, region: bucketRegion, settings: settings)
  }
  request.payload = Array(payload.utf8)
  do throws(ChecksumError) {
    request.checksums = try ChecksumRequest.parse(request.headers, allowsPartCount: !payload.isEmpty)
  } catch {
    throw S3Error(error)
  }
  return request
}

/// What a throwing body refused with.
func refusal(_ body: () throws(S3Error) -> Void) -> S3Error? {
  do throws(S3Error) {
    try body()
    return nil
  } catch {
    return error
  }
}

/// A reply taken apart.
struct SeenReply {
  var status: Int
  var headers: [String]
  var body: String
  var contentLength: UInt64?

  init(_ head: ResponseHead, _ body: [UInt8]) {
    status = head.status
    contentLength = head.contentLength
    var lines = text(head.bytes).split(separator: "\r\n").map(String.init)
    lines.removeFirst()
    headers = lines.filter {
      !$0.hasPrefix("x-amz-request-id: 0123456789ABCDEF") && !$0.hasPrefix("x-amz-id-2: aG9zdA==")
    }
    self.body = text(body)
  }

  init(_ reply: Reply) {
    switch reply {
    case .complete(let head, let body): self.init(head, Array(body))
    case .streaming(let head, _): self.init(head, [])
    }
  }

  func header(_ name: String) -> String? {
    headers.first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }.map {
      String($0.dropFirst(name.count + 2))
    }
  }
}

/// The elements of an error as `Name=value`.
func elements(_ error: S3Error) -> [String] { error.elements.map { "\($0.name)=\($0.value)" } }
