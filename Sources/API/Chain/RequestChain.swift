package import Access
import Flow
package import HTTP
import Objects
import Primitives
import Ring

/// The chain around every operation: request id → target → match → authenticate → authorize → body → run →
/// encode → send → observe. Limits on heads and framing are HTTP's and come before it.
///
/// The order of the stages is the order in which S3's errors take precedence.
package final class RequestChain: HTTPHandler {
  /// What a server chooses.
  package struct Configuration: Sendable {
    package var dialect = Dialect.s3
    /// Domains, in lower case, under which `bucket.domain` addresses a bucket; without them the path does.
    package var domains: [String] = []
    /// Who is believed about whose request it is.
    package var proxies = TrustedProxies.none

    package init() {}
  }

  private let configuration: Configuration
  let services: Services
  private let iam: IAMService
  let authenticator: Authenticator
  let credentials: AccessCredentials
  /// What tests put in the place of the dialects' own.
  private let router: Router?
  private let observer: (any RequestObserver)?

  package init(
    configuration: Configuration, services: Services, identities: IdentityStore,
    authenticator: Authenticator, router: Router? = nil, observer: (any RequestObserver)?
  ) {
    self.configuration = configuration
    self.services = services
    iam = IAMService(identities: identities)
    self.authenticator = authenticator
    credentials = AccessCredentials(identities)
    self.router = router
    self.observer = observer
  }

  package func handle(
    _ head: RequestHead, _ body: RequestBody, _ connection: ConnectionInfo,
    _ response: consuming ResponseWriter
  ) async {
    let dialect = DialectRecognition.dialect(of: head) ?? configuration.dialect
    let request = APIRequest(
      head: head, connection: connection, dialect: dialect, identifiers: .make(dialect), arrived: .now(),
      started: .ofTurn())
    request.memory = body.memory
    request.forwarded = configuration.proxies.client(behind: connection.peer, head.headers)
    let reply = CrossOrigin.mark(await answer(request, body), request, services)
    await ReplySender.send(reply, response, request)
    request.outcome.bytesIn = body.bytesRead
    request.outcome.finished = .ofTurn()
    request.endFlow(request.outcome.bytesIn)
    observer?.finished(request)
  }

  package func rejected(
    _ problem: RequestProblem, _ connection: ConnectionInfo
  ) -> (ResponseHead, [UInt8]) {
    let identifiers = RequestIdentifiers.make(configuration.dialect)
    let told = configuration.dialect.refusal(
      S3Error(problem), RefusalContext(identifiers: identifiers))
    var head = ResponseHead(status: told.status)
    configuration.dialect.headers.add(identifiers, to: &head)
    head.add("Content-Type", "application/xml")
    return (head, told.document)
  }

  /// The reply to a request, be it a refusal.
  private func answer(_ request: APIRequest, _ body: RequestBody) async -> Reply {
    do throws(S3Error) {
      guard body.isAdmitted else { throw S3Error(.slowDown) }
      request.target = try RequestTarget.parse(request.head, domains: configuration.domains)
      request.query = try QueryParameters(request.head.query)
      if request.target.scope == .service, IAMRequest.isMeant(request) {
        return await IAMRequest.answer(request, body, iam, authenticator, credentials)
      }
      return try await run(request, body)
    } catch {
      return request.refusal(error, region: services.region)
    }
  }

  private func run(_ request: APIRequest, _ body: RequestBody) async throws(S3Error) -> Reply {
    let (spec, operation) = try admit(request, body)
    switch spec.body {
    case .buffered(let limit): try await collect(request, limit)
    case .form: try await receiveForm(request)
    case .none, .streaming: break
    }
    return try await operation(request, services)
  }

  /// Everything that comes before the body is read: which operation it is, who asks, and how the body comes.
  ///
  /// Apart from `run`, and never a part of it: an idle connection keeps the frames of the last request's asynchronous
  /// functions, and what is decided here would make them three times as large.
  @inline(never)
  private func admit(
    _ request: APIRequest, _ body: RequestBody
  ) throws(S3Error) -> (OperationSpec, OperationRow.Run) {
    if request.head.method == .options {
      request.spec = Preflight.spec
      return (
        Preflight.spec,
        { (request, services) throws(S3Error) in try Preflight.answer(request, services) }
      )
    }
    let row = try (router ?? request.dialect.router).match(
      request.head.method, request.target.scope, request.query, request.headers, request.dialect)
    request.spec = row.spec
    if row.spec.body == .form, let operation = row.run {
      try openForm(request, body)
      return (row.spec, operation)
    }
    let payload = try authenticate(request)
    guard request.identity != nil else { throw S3Error(.accessDenied) }
    guard let operation = row.run else { throw .notImplemented(operation: row.spec.name) }
    if let name = request.target.bucket, !row.spec.makesBucket { try services.address(name, request) }
    // Forms are not asked: who signed theirs has said what it may be used for.
    try RefererCheck.check(request)
    try admit(request, row.spec)
    try prepareBody(request, body, row.spec, payload)
    return (row.spec, operation)
  }

  /// What may be asked of the bucket that the request addresses, and how fast.
  func admit(_ request: APIRequest, _ spec: OperationSpec) throws(S3Error) {
    request.asOf = try AsOfHeader.read(request, spec)
    if let view = request.view { try request.look(through: view, for: spec) }
    request.services = services
    if let flow = services.flow, !spec.isOfFlow, flow.isConfigured || TrafficLimit.isAsked(request) {
      try FlowAdmission.admit(request, spec, services, flow)
    }
  }

  /// Verifies the signature and says how the body has to be read.
  private func authenticate(_ request: APIRequest) throws(S3Error) -> PayloadMode {
    let target = request.target
    let result: Authentication<Identity>
    do throws(SignatureError) {
      switch request.dialect.signatures.service {
      case .oss:
        result = try authenticator.authenticateOSS(
          request.head, bucket: target.bucket, key: target.key?.bytes, now: request.arrived,
          credentials: credentials)
      case .s3, .iam, .sts:
        result = try authenticator.authenticate(
          request.head, virtualHostBucket: target.isVirtualHost ? target.bucket : nil, now: request.arrived,
          credentials: credentials)
      }
    } catch {
      throw request.dialect.signatures.refusal(error)
    }
    request.authentication = result.kind
    request.identity = result.identity
    return result.payload
  }

  /// Makes the body that the operation reads, whole or as it goes.
  private func prepareBody(
    _ request: APIRequest, _ body: RequestBody, _ spec: OperationSpec, _ payload: PayloadMode
  ) throws(S3Error) {
    if case .none = spec.body { return }
    let checksums: ChecksumRequest
    do throws(ChecksumError) {
      // The value of a whole object, which `-N` may follow, comes with documents only.
      checksums = try ChecksumRequest.parse(
        request.headers, allowsPartCount: spec.body != .streaming)
    } catch {
      throw S3Error(error)
    }
    request.checksums = checksums
    do throws(BodyError) {
      let source = try S3ObjectBody(
        body, head: request.head, payload: payload, trailer: checksums.trailer,
        requiresLength: spec.body == .streaming,
        allowsChunked: request.dialect.objects.allowsChunkedBodies)
      request.body = source
      if spec.body == .streaming { request.paceUpload(source, body.contentLength) }
      if spec.body == .streaming, !mayReceive(source, request) { throw .overMemory }
    } catch {
      throw S3Error(error)
    }
  }

  /// Reads a document, of at most `limit` bytes, whole.
  private func collect(_ request: APIRequest, _ limit: Int) async throws(S3Error) {
    guard let source = request.body else { return }
    do throws(BodyError) {
      request.payload = try await source.collect(limit: limit) { request.claim($0, for: .document) }
    } catch {
      throw S3Error(error)
    }
  }
}

extension RequestChain {
  /// Claims what storing the body takes.
  func mayReceive(_ body: S3ObjectBody, _ request: APIRequest) -> Bool {
    let needed = services.store.bytesToReceive(body.length)
    return request.claim(
      needed + (needed > BufferSize.receive.byteCount ? request.transportBytes : 0), for: .upload)
  }
}

extension RequestIdentifiers {
  /// Those of a new request.
  static func make(_ dialect: Dialect) -> RequestIdentifiers {
    RequestIdentifiers(
      requestID: dialect.hasHexadecimalIDs ? hexadecimalID() : requestID(), hostID: processHostID)
  }

  /// 24 hexadecimal digits, capitals.
  private static func hexadecimalID() -> [UInt8] {
    let words = (SecureRandom.uint64(), SecureRandom.uint64())
    // SAFETY: all 24 bytes are written.
    return unsafe [UInt8](unsafeUninitializedCapacity: 24) { buffer, count in
      for index in 0..<24 {
        let word = index < 12 ? words.0 : words.1
        let digit = UInt8(truncatingIfNeeded: word >> UInt64(index % 12 * 4)) & 15
        unsafe buffer[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10
      }
      count = 24
    }
  }

  /// 16 characters of A–Z and 2–7: five bits each, so that two words suffice.
  private static func requestID() -> [UInt8] {
    let words = (SecureRandom.uint64(), SecureRandom.uint64())
    // SAFETY: all 16 bytes are written.
    return unsafe [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
      for index in 0..<16 {
        let word = index < 8 ? words.0 : words.1
        let bits = UInt8(truncatingIfNeeded: word >> UInt64(index % 8 * 8)) & 31
        unsafe buffer[index] = bits < 26 ? UInt8(ascii: "A") + bits : UInt8(ascii: "2") + bits - 26
      }
      count = 16
    }
  }
}
