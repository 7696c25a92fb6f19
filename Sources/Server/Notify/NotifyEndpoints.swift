import API
import Access
import Background
import HTTP
import Logging
import Primitives

/// `/v1/notify`: what `weir notify` asks of a running server.
///
/// GET `/v1/notify/hooks` lists webhooks, POST adds one, DELETE `…/hooks/NAME` removes one. POST
/// `…/hooks/NAME/test` sends an event at once and says what came of it. GET `…/hooks/NAME/dead` lists what it did not
/// take, POST queues it again, DELETE forgets it; all take `?event=ID`.
struct NotifyEndpoints {
  let delivery: WebhookDelivery
  let logger: Logger

  private struct NewHook: Decodable {
    let name: String
    let url: String
    let types: [String]?
    let secret: String?
  }

  func answer(_ call: AdminCall) async throws(AdminProblem) -> AdminAnswer {
    let path = Array(call.path.dropFirst())
    guard path.first == "hooks" else { throw call.nothing }
    switch (path.count, call.method) {
    case (1, .get): return .json(hooks())
    case (1, .post): return .json(try await add(call))
    case (1, _): throw call.use("GET or POST")
    case (2, .delete): return .json(try await remove(path[1]))
    case (2, _): throw call.use("DELETE")
    case (3, .post) where path[2] == "test": return .json(try await test(path[1]))
    case (3, _) where path[2] == "dead": return .json(try await dead(path[1], call))
    default: throw call.nothing
    }
  }

  private var outbox: Outbox { delivery.outbox }

  private func hooks() -> String {
    var reply = JSONObject()
    reply.add(
      "hooks", list: outbox.hooks.map { Self.json($0.hook, waiting: $0.waiting, dead: $0.dead) })
    return reply.json
  }

  private static func json(_ hook: Webhook, waiting: Int, dead: Int, secret: String? = nil)
    -> String
  {
    var object = JSONObject()
    object.add("name", hook.name)
    object.add("url", hook.url.description)
    object.add("types", list: hook.types.map { JSONText.quoted($0) })
    object.add("created", hook.created)
    object.add("waiting", waiting)
    object.add("dead", dead)
    object.add("secret", secret)
    return object.json
  }

  private func add(_ call: AdminCall) async throws(AdminProblem) -> String {
    let wanted = try call.decode(
      NewHook.self, #"{"name":…,"url":…} and, as wanted, "types" and "secret""#)
    let secret = try wanted.secret.map { (text) throws(AdminProblem) in
      guard let secret = WebhookSecret.parse(text) else {
        throw AdminProblem(
          400, "a secret has 24 to 64 bytes, or is whsec_ and the Base64 of so many")
      }
      return secret
    }
    let chosen = secret ?? WebhookSecret.make()
    let draft = WebhookDraft(
      name: wanted.name, url: wanted.url, types: wanted.types ?? [], secret: chosen)
    let hook = try await inWords { () throws(OutboxError) in
      try await outbox.add(draft)
      return try outbox.hook(named: wanted.name)
    }
    tell("added", hook.name)
    // Shown this once, and only where it was made here.
    return Self.json(
      hook, waiting: 0, dead: 0, secret: secret == nil ? WebhookSecret.text(chosen) : nil)
  }

  private func remove(_ name: String) async throws(AdminProblem) -> String {
    try await inWords { () throws(OutboxError) in try await outbox.remove(name) }
    tell("removed", name)
    return hooks()
  }

  private func test(_ name: String) async throws(AdminProblem) -> String {
    let hook = try await inWords { () throws(OutboxError) in try outbox.hook(named: name) }
    let now = Timestamp.now()
    var data = JSONObject()
    data.add("message", "a test of this webhook")
    let event = Event(type: "weir.test", subject: "webhook \(name)", time: now, data: data.json)
    let result = await delivery.sender.send(event, to: hook)
    var reply = JSONObject()
    reply.add("id", event.idText)
    reply.add("delivered", result.isTaken)
    reply.add("result", result.text)
    reply.add("milliseconds", Timestamp.now().milliseconds - now.milliseconds)
    return reply.json
  }

  private func dead(_ name: String, _ call: AdminCall) async throws(AdminProblem) -> String {
    var event: [UInt8]?
    if let text = try call.parameter("event") {
      guard let id = Hex.decode(text.utf8), id.count == 16 else {
        throw AdminProblem(400, "\(text) is no event's id")
      }
      event = id
    }
    let wanted = event
    var reply = JSONObject()
    switch call.method {
    case .get:
      let dead = try await inWords { () throws(OutboxError) in try await outbox.dead(name) }
      reply.add(
        "events", list: dead.filter { wanted == nil || $0.event.id == wanted }.map { Self.json($0) }
      )
    case .post:
      let count = try await inWords { () throws(OutboxError) in
        try await outbox.retryDead(name, event: wanted)
      }
      reply.add("queued", count)
    case .delete:
      let count = try await inWords { () throws(OutboxError) in
        try await outbox.clearDead(name, event: wanted)
      }
      reply.add("forgotten", count)
    default: throw call.use("GET, POST or DELETE")
    }
    return reply.json
  }

  private static func json(_ delivery: Delivery) -> String {
    var object = JSONObject()
    object.add("id", delivery.event.idText)
    object.add("type", delivery.event.type)
    object.add("subject", delivery.event.subject)
    object.add("time", delivery.event.time)
    object.add("attempts", delivery.attempts)
    object.add("last", delivery.due)
    object.add("problem", delivery.problem)
    object.add("data", json: delivery.event.data)
    return object.json
  }

  private func tell(_ change: String, _ name: String) {
    logger.notice(
      "webhooks changed", metadata: ["change": "\(name): \(change)", "by": "\(Account.root.name)"])
  }

  private func inWords<R>(
    _ body: () async throws(OutboxError) -> R
  ) async throws(AdminProblem) -> R {
    do throws(OutboxError) { return try await body() } catch {
      switch error {
      case .exists(let name): throw AdminProblem(409, "a webhook \(name) exists already")
      case .noSuchHook(let name): throw AdminProblem(404, "there is no webhook \(name)")
      case .invalid(let message): throw AdminProblem(400, message)
      case .tooMany(let limit): throw AdminProblem(409, "webhooks are limited to \(limit)")
      case .metadata(let error):
        logger.error("webhooks cannot be read or written", metadata: ["error": "\(error)"])
        throw AdminProblem(500, "metadata could not be read or written: look at the server's log")
      }
    }
  }
}
