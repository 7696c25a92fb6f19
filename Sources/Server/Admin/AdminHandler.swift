import API
import Access
import HTTP
import Metadata
import Primitives
import Ring
import Volumes

/// The admin listener: `/metrics`, `/healthz`, `/readyz` for everyone who reaches it, `/v1/…` for requests
/// signed with the root credentials (Signature V4, service `iam`).
final class AdminHandler: HTTPHandler {
  /// Bytes of a request body: the largest holds a key or a prefix, escaped, and some names.
  static let bodyBytesMax = 16 << 10

  let page: MetricsPage
  let identities: IdentityStore
  let metadata: MetadataEndpoints
  let audit: AuditEndpoints
  let objects: ObjectEndpoints
  let volumes: VolumeEndpoints
  let flow: FlowEndpoints
  let notify: NotifyEndpoints
  let authenticator: Authenticator
  let readiness: Readiness

  init(
    page: MetricsPage, identities: IdentityStore, metadata: MetadataEndpoints, audit: AuditEndpoints,
    objects: ObjectEndpoints, volumes: VolumeEndpoints, flow: FlowEndpoints, notify: NotifyEndpoints,
    authenticator: Authenticator,
    readiness: Readiness
  ) {
    self.metadata = metadata
    self.page = page
    self.identities = identities
    self.audit = audit
    self.objects = objects
    self.volumes = volumes
    self.flow = flow
    self.notify = notify
    self.authenticator = authenticator
    self.readiness = readiness
  }

  func handle(
    _ request: RequestHead, _ body: RequestBody, _ connection: ConnectionInfo,
    _ response: consuming ResponseWriter
  ) async {
    let answer = await answer(request, body)
    var head = ResponseHead(status: answer.status)
    head.add("Content-Type", answer.contentType)
    head.add("Cache-Control", "no-store")
    // The client may be gone; there is nobody left to tell.
    try? await response.send(head, answer.body)
  }

  private func answer(_ request: RequestHead, _ body: RequestBody) async -> AdminAnswer {
    let path = String(decoding: request.path, as: Unicode.UTF8.self)
    switch (request.method, path) {
    case (.get, "/metrics"), (.head, "/metrics"):
      return AdminAnswer(
        status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8", body: await page.text())
    case (.get, "/healthz"), (.head, "/healthz"): return .text(200, "ok\n")
    case (.get, "/readyz"), (.head, "/readyz"):
      let volumes = page.volumes
      let answer = readiness.answer(
        page.metadata.statistics(), await page.rings.blocking.run { volumes.statistics() })
      return .text(answer.isReady ? 200 : 503, answer.text + "\n")
    default: break
    }
    guard path.hasPrefix("/v1/") else { return .error(404, "there is nothing at \(path)") }
    do throws(AdminProblem) {
      let now = Timestamp.now()
      let credentials = AccessCredentials(identities)
      // The body of a request that names another key than root's is not read.
      try expectRoot(
        try? authenticator.claimedIdentity(request, now: now, credentials: credentials))
      let payload = try await collect(body)
      let result = try? authenticator.authenticate(
        request, bodySHA256: SHA256.hash(payload), now: now, credentials: credentials)
      try expectRoot(result?.identity)
      if path.hasPrefix("/v1/metadata/") { return try metadata.answer(request.method, path, payload) }
      if path == "/v1/audit" { return try audit.answer(request.method, payload) }
      let call = try AdminCall(request.method, path: path, query: request.query, body: payload)
      if call.path.first == "volumes" { return try await volumes.answer(call) }
      if call.path.first == "flow" { return try await flow.answer(call) }
      if call.path.first == "notify" { return try await notify.answer(call) }
      if let answer = try await objects.answer(call) { return answer }
      return try await UserEndpoints(identities: identities).answer(request.method, path, payload)
    } catch { return .error(error.status, error.message) }
  }

  private func collect(_ body: RequestBody) async throws(AdminProblem) -> [UInt8] {
    do throws(BodyReadError) {
      return try await body.collect(limit: AdminHandler.bodyBytesMax)
    } catch { throw AdminProblem(400, "the request body could not be read") }
  }

  private func expectRoot(_ identity: Identity?) throws(AdminProblem) {
    guard identity?.isRoot == true else {
      throw AdminProblem(
        403,
        "the admin API takes requests signed with the root credentials: check"
          + " \(RootCredentialsSource.accessKeyVariable) and \(RootCredentialsSource.secretKeyVariable)")
    }
  }
}

/// An answer of the admin API.
struct AdminAnswer {
  let status: Int
  let contentType: String
  let body: [UInt8]

  static func text(_ status: Int, _ text: String) -> AdminAnswer {
    AdminAnswer(status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
  }

  static func json(_ text: String) -> AdminAnswer {
    AdminAnswer(status: 200, contentType: "application/json", body: Array((text + "\n").utf8))
  }

  static func error(_ status: Int, _ message: String) -> AdminAnswer {
    AdminAnswer(
      status: status, contentType: "application/json",
      body: Array("{\"message\":\(JSONText.quoted(message))}\n".utf8))
  }
}

/// Why the admin API refuses; the message is for a person.
struct AdminProblem: Error {
  let status: Int
  let message: String

  init(_ status: Int, _ message: String) {
    self.status = status
    self.message = message
  }
}
