import Foundation
import HTTP
import Logging
import Metadata
import Primitives
import Ring
import Testing

@testable import Background

/// What a receiver gets, and when.
@Suite struct WebhookTests {
  /// A server that notes what comes, and answers as it is told.
  private final class Receiver: HTTPHandler {
    struct Call: Sendable {
      let id: String
      let signature: String
      let timestamp: String
      let contentType: String
      let body: [UInt8]
    }

    private let state: Locked<(calls: [Call], answers: [Int])>

    /// The statuses of the first calls; what comes after is answered 204.
    init(_ answers: [Int]) { state = Locked(([], answers)) }

    var calls: [Call] { state.withLock { $0.calls } }

    func handle(
      _ request: RequestHead, _ body: RequestBody, _ connection: ConnectionInfo,
      _ response: consuming ResponseWriter
    ) async {
      func text(_ name: StaticString) -> String {
        request.headers.first(name).map { String(decoding: $0, as: Unicode.UTF8.self) } ?? ""
      }
      let bytes = (try? await body.collect(limit: 1 << 20)) ?? []
      let call = Call(
        id: text("webhook-id"), signature: text("webhook-signature"), timestamp: text("webhook-timestamp"),
        contentType: text("content-type"), body: bytes)
      let status = state.withLock { state -> Int in
        state.calls.append(call)
        return state.answers.isEmpty ? 204 : state.answers.removeFirst()
      }
      try? await response.send(ResponseHead(status: status))
    }
  }

  private static func options(attempts: Int = 16) -> WebhookOptions {
    var options = WebhookOptions()
    options.firstDelay = .milliseconds(20)
    options.attempts = attempts
    options.timeout = .seconds(5)
    return options
  }

  /// Runs `body` with an outbox whose one webhook is a receiver, and deliveries running.
  private static func withReceiver(
    _ answers: [Int], attempts: Int = 16,
    _ body: (Outbox, Receiver, (_ until: @Sendable () -> Bool) async -> Bool) async throws -> Void
  ) async throws {
    let rings = try RingGroup(count: 1, backend: .auto, blockingThreads: 1)
    defer { rings.shutdown() }
    let receiver = Receiver(answers)
    let server = HTTPServer(configuration: HTTPServerConfiguration(), handler: receiver, rings: rings)
    let address = try server.listen(try SocketAddress(parsing: "127.0.0.1:0"), tls: nil, name: "test")
    let outbox = try await Outbox.open(MemoryMetadata(), sealingKey: OutboxTests.key)
    try await outbox.add(OutboxTests.draft("hook", url: "http://127.0.0.1:\(address.port)/in"))
    let delivery = WebhookDelivery(
      outbox, try WebhookSender(options: options(attempts: attempts), trust: try TLSTrust()),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    delivery.start(on: rings.rings[0])
    let ring = rings.rings[0]
    try await body(outbox, receiver) { until in
      for _ in 0..<1000 where !until() { await ring.run { await Ring.current.sleep(for: .milliseconds(10)) } }
      return until()
    }
    await ring.run { await delivery.stop() }
    await server.drain(timeout: .seconds(1))
  }

  @Test func whatIsNotTakenIsSentAgainWithTheSameID() async throws {
    try await Self.withReceiver([500, 302, 404, 429]) { outbox, receiver, eventually in
      let event = OutboxTests.event()
      try await outbox.post([event])
      #expect(await eventually { outbox.counts.delivered == 1 })
      #expect(receiver.calls.map(\.id) == [String](repeating: event.idText, count: 5))
      #expect(Set(receiver.calls.map(\.body)).count == 1)
      #expect(outbox.hooks.map(\.waiting) == [0] && outbox.counts.failures == 4 && outbox.counts.dead == 0)
    }
  }

  @Test func aBadReceiversEventsAreGivenUp() async throws {
    try await Self.withReceiver([500, 500, 500, 204, 410], attempts: 3) { outbox, receiver, eventually in
      try await outbox.post([OutboxTests.event()])
      #expect(await eventually { outbox.counts.dead == 1 })
      #expect(receiver.calls.count == 3)
      let dead = try await outbox.dead("hook")
      #expect(dead.map(\.attempts) == [3] && dead.map(\.problem) == ["answered 500"])
      #expect(try await outbox.retryDead("hook", event: nil) == 1)
      #expect(await eventually { outbox.counts.delivered == 1 })
      // 410 is not tried again.
      try await outbox.post([OutboxTests.event()])
      #expect(await eventually { outbox.counts.dead == 2 })
      #expect(receiver.calls.count == 5)
    }
  }

  @Test func aFailingEventKeepsNoOtherBack() async throws {
    try await Self.withReceiver([500]) { outbox, receiver, eventually in
      let events = [OutboxTests.event(at: 1), OutboxTests.event(at: 2)]
      try await outbox.post(events)
      #expect(await eventually { outbox.counts.delivered == 2 })
      #expect(receiver.calls.map(\.id) == [events[0].idText, events[1].idText, events[0].idText])
    }
  }

  @Test func aReceiverCanVerifyWhatItGets() async throws {
    try await Self.withReceiver([]) { outbox, receiver, eventually in
      let event = OutboxTests.event(at: 1_760_000_000_123)
      try await outbox.post([event])
      #expect(await eventually { outbox.counts.delivered == 1 })
      let call = try #require(receiver.calls.first)
      let signed = Array("\(call.id).\(call.timestamp).".utf8) + call.body
      let code = HMACSHA256Key(OutboxTests.secret).authenticate(signed)
      #expect(call.signature == "v1,\(Base64.encode(code))")
      #expect(abs((Int64(call.timestamp) ?? 0) - Timestamp.now().seconds) < 60)
      #expect(call.contentType == "application/cloudevents+json; charset=utf-8")
      let object = try #require(try JSONSerialization.jsonObject(with: Data(call.body)) as? [String: Any])
      #expect(object["specversion"] as? String == "1.0" && object["id"] as? String == event.idText)
      #expect(object["source"] as? String == "/weir" && object["type"] as? String == "weir.flow.X")
      #expect(object["subject"] as? String == "bucket \"b\"")
      #expect(object["time"] as? String == "2025-10-09T08:53:20.123Z")
      #expect((object["data"] as? [String: Any])?["a"] as? Int == 1)
    }
  }

  /// The example of the specification of Standard Webhooks.
  @Test func theSignatureIsTheStandards() throws {
    let secret = try #require(WebhookSecret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
    let hook = Webhook(
      name: "n", id: 1, url: try HTTPURL("http://h"), types: [], created: Timestamp(seconds: 0),
      key: HMACSHA256Key(secret))
    let headers = hook.headers(
      "msg_p5jXN8AQM9LWM0D4loKWxJek", Array(#"{"test": 2432232314}"#.utf8), seconds: 1_614_265_330)
    #expect(headers.last?.value == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
  }

  @Test func secretsAreReadAndWritten() {
    let secret = WebhookSecret.make()
    #expect(WebhookSecret.parse(WebhookSecret.text(secret)) == secret && secret.count == 32)
    #expect(WebhookSecret.parse("a secret of more than 24 bytes")?.count == 30)
    #expect(WebhookSecret.parse("short") == nil && WebhookSecret.parse("whsec_AAAA") == nil)
    #expect(WebhookSecret.parse("whsec_!") == nil)
  }

  @Test func delaysDoubleUpToAnHour() {
    var options = WebhookOptions()
    options.firstDelay = .seconds(1)
    let delays = (1...16).map { options.delay(after: $0, asked: nil, chance: 0) }
    #expect(Array(delays.prefix(4)) == [1_000, 2_000, 4_000, 8_000])
    #expect(delays[11] == 2_048_000 && delays[12] == 3_600_000 && delays[15] == 3_600_000)
    #expect(options.delay(after: 1, asked: 30, chance: 0) == 30_000)
    #expect(options.delay(after: 1, asked: .max, chance: 1) == 3_960_000)
    #expect(options.delay(after: .max, asked: nil, chance: 0.5) == 3_780_000)
  }
}
