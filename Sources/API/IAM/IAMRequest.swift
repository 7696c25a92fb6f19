import Access
package import HTTP
import Primitives

/// The way of an IAM request through the chain: it is recognised by the service of its signature, and its
/// body is part of what is signed.
package enum IAMRequest {
  private static let version = "2010-05-08"

  /// Whether a request to `/` is for IAM or STS and not for S3.
  package static func isMeant(_ request: APIRequest) -> Bool {
    switch request.head.method {
    case .post:
      if let service = Authenticator.claimedService(request.head) { return service != .s3 }
      // A form without a signature can only be meant for STS: `POST /` is nothing in S3.
      let form = "application/x-www-form-urlencoded"
      return request.headers.first("content-type")?.suffix(afterAnyCase: form) != nil
    case .get:
      guard let service = Authenticator.claimedService(request.head) else { return false }
      return service != .s3
    default: return false
    }
  }

  /// The answer, be it a refusal.
  package static func answer(
    _ request: APIRequest, _ body: RequestBody, _ service: IAMService, _ authenticator: Authenticator,
    _ credentials: AccessCredentials
  ) async -> Reply {
    request.spec = IAMAction.unknown
    do throws(IAMError) {
      // Nobody gets memory for a body without a key that there is, a time of now and a scope of ours.
      try judge(request, authenticator, credentials)
      let payload = try await collect(body)
      let authentication = try authenticate(request, payload, authenticator, credentials)
      guard let caller = authentication.identity else { throw IAMError.missingToken }
      let form = try IAMForm(request.head.method == .get ? request.head.query ?? [] : payload[...])
      guard let name = try form.string("Action"), !name.isEmpty else {
        throw IAMError(.missingAction, "The request is missing an action or a required parameter.")
      }
      guard let action = IAMAction(rawValue: name),
        authentication.scope?.service == SignedService.iam.rawValue
      else {
        throw .invalidAction(name, version: try form.string("Version") ?? version)
      }
      request.spec = action.spec
      let document = try await service.run(
        action, form, caller: caller, requestID: request.identifiers.requestID)
      return reply(200, document, request)
    } catch {
      request.outcome.errorCode = error.code.rawValue
      return reply(
        error.status, IAMDocument.write(error, requestID: request.identifiers.requestID), request)
    }
  }

  private static func collect(_ body: RequestBody) async throws(IAMError) -> [UInt8] {
    do throws(BodyReadError) {
      return try await body.collect(limit: IAMAction.bodyLimit)
    } catch {
      switch error {
      case .tooLarge:
        throw IAMError(.requestEntityTooLarge, "The request is larger than this server takes.")
      default:
        throw IAMError(.requestTimeout, "The request body did not arrive completely.")
      }
    }
  }

  /// Refuses what can be refused before the body is read.
  private static func judge(
    _ request: APIRequest, _ authenticator: Authenticator, _ credentials: AccessCredentials
  ) throws(IAMError) {
    let claimed: Identity?
    do throws(SignatureError) {
      claimed = try authenticator.claimedIdentity(
        request.head, now: request.arrived, credentials: credentials)
    } catch {
      throw IAMError(error)
    }
    if claimed == nil { throw IAMError.missingToken }
  }

  private static func authenticate(
    _ request: APIRequest, _ payload: [UInt8], _ authenticator: Authenticator,
    _ credentials: AccessCredentials
  ) throws(IAMError) -> Authentication<Identity> {
    let result: Authentication<Identity>
    do throws(SignatureError) {
      result = try authenticator.authenticate(
        request.head, bodySHA256: SHA256.hash(payload), now: request.arrived, credentials: credentials)
    } catch {
      throw IAMError(error)
    }
    request.authentication = result.kind
    request.identity = result.identity
    return result
  }

  private static func reply(_ status: Int, _ document: [UInt8], _ request: APIRequest) -> Reply {
    var head = ResponseHead(status: status)
    head.add("x-amzn-RequestId", request.identifiers.requestID)
    head.add("Content-Type", "text/xml")
    return .complete(head, document[...])
  }
}
