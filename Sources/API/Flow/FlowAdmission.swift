import Access
import Flow
import HTTP
import Objects
import Primitives
import Ring

/// What flow control does with a request before it runs.
enum FlowAdmission {
  /// Counts the request, refuses it beyond a limit of requests or where its traffic is forbidden, and sees that its
  /// bodies are slowed down. Not called for what nothing applies to.
  ///
  /// - Throws: SlowDown, AccessDenied; InvalidArgument for a bad `x-oss-traffic-limit`.
  @inline(never)
  static func admit(
    _ request: APIRequest, _ spec: OperationSpec, _ services: Services, _ control: FlowControl
  ) throws(S3Error) {
    guard let identity = request.identity else { return }
    let pace = try TrafficLimit.read(request, spec)
    let network = control.tellsNetworksApart ? services.networks.network(of: request) : .extranet
    let bucket = request.bucket
    var path: FlowPath?
    if control.isConfigured {
      let found = control.desk.path(
        bucket: bucket?.id, named: bucket?.name.string ?? "", user: identity, id: identity.id,
        network: network)
      if let gate = found.admit(.ofTurn()) { throw refusal(gate, request) }
      if let direction = spec.bodyDirection, found.isForbidden(direction) {
        throw forbidden(direction, network, request)
      }
      path = found
      request.flow = found
    }
    // A short body under no limit is not looked at again.
    guard pace != nil || path.map({ $0.isLimited(.upload) || $0.isLimited(.download) }) == true else {
      return
    }
    request.pacer = TransferPacer(
      control, identity, bucket: bucket, network: network, path: path, pace: pace)
  }

  private static func refusal(_ gate: RateGate, _ request: APIRequest) -> S3Error {
    var error =
      request.dialect.flow.overRate.map { S3Error(.slowDown, message: $0) } ?? S3Error(.slowDown)
    error.isOverRate = true
    error.headers = [("Retry-After", "1")]
    return error
  }

  private static func forbidden(
    _ direction: Direction, _ network: Network, _ request: APIRequest
  ) -> S3Error {
    S3Error(
      .accessDenied,
      message:
        "\(direction == .upload ? "Uploads" : "Downloads") from the \(network.name) are forbidden by QoS.")
  }
}

extension OperationSpec {
  /// Which way the objects go that it moves; nil for what moves none.
  var bodyDirection: Direction? {
    if body == .streaming || body == .form { return .upload }
    return scope == .object && method == .get && subresource == nil ? .download : nil
  }
}

extension APIRequest {
  /// Sees that a long body is slowed down once something is configured, though nothing is yet.
  func preparePacer(_ length: UInt64?) {
    guard pacer == nil, length ?? .max >= TransferPacer.longBody, let services, let control = services.flow,
      let identity
    else { return }
    pacer = TransferPacer(
      control, identity, bucket: bucket, network: services.networks.network(of: self), path: nil, pace: nil)
  }

  /// Ends what flow control does with the request. `received` are the bytes of its body.
  func endFlow(_ received: UInt64) {
    if let pacer { return pacer.finish() }
    // Nothing has counted the bytes yet.
    guard let flow, let desk = services?.flow?.desk else { return }
    desk.note(received, .upload, flow)
    desk.note(outcome.bytesOut, .download, flow)
  }

  /// Has a body received at the pace of the request. `wireLength` is its Content-Length.
  func paceUpload(_ source: S3ObjectBody, _ wireLength: UInt64?) {
    preparePacer(wireLength)
    guard let pacer else { return }
    pacer.expect(wireLength)
    source.pacer = pacer
  }

  /// The header that tells how long the request was, or will be, held back.
  func addDelay(_ nanoseconds: UInt64, to head: inout ResponseHead) {
    guard let name = dialect.flow.delay, nanoseconds > 0 else { return }
    head.add(name, String(nanoseconds / 1_000_000))
  }
}

extension TransferPacer {
  /// The head of a reply whose body will be sent at this pace.
  func told(_ head: ResponseHead, _ request: APIRequest) -> ResponseHead {
    var head = head
    request.addDelay(delay + expectedDelay(head.contentLength ?? 0, .download), to: &head)
    return head
  }
}
