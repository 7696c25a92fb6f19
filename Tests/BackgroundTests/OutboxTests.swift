import HTTP
import Logging
import Metadata
import Primitives
import Ring
import Testing

@testable import Background

/// Webhooks and what waits for them.
@Suite struct OutboxTests {
  static let key = AESGCMKey([UInt8](repeating: 7, count: 32))
  static let secret = [UInt8](repeating: 9, count: 32)

  static func draft(_ name: String, url: String = "http://127.0.0.1:1/", types: [String] = []) -> WebhookDraft
  {
    WebhookDraft(name: name, url: url, types: types, secret: secret)
  }

  static func event(_ type: String = "weir.flow.X", at milliseconds: Int64 = 1_000) -> Event {
    Event(type: type, subject: "bucket \"b\"", time: Timestamp(milliseconds: milliseconds), data: #"{"a":1}"#)
  }

  private static func rows(_ metadata: MemoryMetadata) async throws -> Int {
    try await metadata.rows(of: [OutboxRows.table]).count
  }

  private static let later = Timestamp(milliseconds: .max)

  @Test func eventsWaitForThoseWhoWantThem() async throws {
    let metadata = MemoryMetadata()
    let outbox = try await Outbox.open(metadata, sealingKey: Self.key)
    try await outbox.add(Self.draft("all"))
    try await outbox.add(Self.draft("flow", types: ["weir.flow.*"]))
    try await outbox.add(Self.draft("exact", types: ["weir.flow.Y", "weir.test"]))
    let events = [Self.event("weir.flow.X"), Self.event("weir.object.Z"), Self.event("weir.flow.Y")]
    try await outbox.post(events)
    #expect(outbox.hooks.map(\.hook.name) == ["all", "exact", "flow"])
    #expect(outbox.hooks.map(\.waiting) == [3, 1, 2])
    let exact = try outbox.hook(named: "exact")
    let delivery = try #require(try await outbox.next(exact, Self.later))
    #expect(delivery.event == events[2] && delivery.attempts == 0)
    // Before anything was due there was nothing.
    #expect(try await outbox.next(exact, Timestamp(milliseconds: 0)) == nil)
    try await outbox.note(.taken, of: delivery, to: exact)
    #expect(try await outbox.next(exact, Self.later) == nil)
    #expect(outbox.hooks.map(\.waiting) == [3, 0, 2] && outbox.counts.delivered == 1)
  }

  @Test func aRestartKeepsWhatWaits() async throws {
    let metadata = MemoryMetadata()
    let before = try await Outbox.open(metadata, sealingKey: Self.key)
    try await before.add(Self.draft("hook", url: "https://h.example/x?y", types: ["weir.*"]))
    let (first, second) = (Self.event(at: 1_000), Self.event(at: 2_000))
    try await before.post([first, second])
    let hook = try before.hook(named: "hook")
    var tried = try #require(try await before.next(hook, Self.later))
    #expect(tried.event == first)
    let due = Timestamp(milliseconds: Timestamp.now().milliseconds + 60_000)
    tried = Delivery(event: first, due: due, attempts: 3, problem: "answered 500")
    try await before.note(.later(tried), of: tried, to: hook)

    let after = try await Outbox.open(metadata, sealingKey: Self.key)
    let again = try after.hook(named: "hook")
    #expect(again.url == hook.url && again.types == ["weir.*"] && again.created == hook.created)
    #expect(
      again.headers("i", [1], seconds: 5).map(\.value) == hook.headers("i", [1], seconds: 5).map(\.value))
    #expect(after.hooks.map(\.waiting) == [2])
    #expect(try await after.next(again, Timestamp.now())?.event == second)
    let delivery = try #require(try await after.next(again, Timestamp.now()))
    try await after.note(.taken, of: delivery, to: again)
    #expect(try await after.next(again, Timestamp.now()) == nil)
    #expect(try await after.next(again, due) == tried)
  }

  @Test func whatIsGivenUpIsKeptAndTriedAgain() async throws {
    let metadata = MemoryMetadata()
    var outbox = try await Outbox.open(metadata, sealingKey: Self.key)
    try await outbox.add(Self.draft("hook"))
    let events = (1...3).map { Self.event(at: $0) }
    try await outbox.post(events)
    let hook = try outbox.hook(named: "hook")
    for _ in events {
      var delivery = try #require(try await outbox.next(hook, Self.later))
      delivery.attempts = 16
      delivery.problem = "answered 500"
      try await outbox.note(.givenUp(delivery), of: delivery, to: hook)
    }
    outbox = try await Outbox.open(metadata, sealingKey: Self.key)
    let dead = try await outbox.dead("hook")
    #expect(
      dead.map(\.event) == events && dead.allSatisfy { $0.attempts == 16 && $0.problem == "answered 500" })
    #expect(try await outbox.retryDead("hook", event: events[1].id) == 1)
    #expect(try await outbox.next(try outbox.hook(named: "hook"), Self.later)?.event == events[1])
    #expect(try await outbox.clearDead("hook", event: events[0].id) == 1)
    #expect(try await outbox.dead("hook").map(\.event) == [events[2]])
    #expect(try await outbox.clearDead("hook", event: nil) == 1)
    #expect(outbox.hooks.map(\.dead) == [0])
    // The webhook and what waits.
    #expect(try await Self.rows(metadata) == 2)
  }

  @Test func aRemovedWebhookTakesItsQueueAlong() async throws {
    let metadata = MemoryMetadata()
    let outbox = try await Outbox.open(metadata, sealingKey: Self.key)
    try await outbox.add(Self.draft("hook"))
    try await outbox.add(Self.draft("other"))
    try await outbox.post((1...1200).map { Self.event(at: $0) })
    let hook = try outbox.hook(named: "hook")
    let delivery = try #require(try await outbox.next(hook, Self.later))
    try await outbox.remove("hook")
    #expect(outbox.hooks.map(\.hook.name) == ["other"])
    #expect(try await Self.rows(metadata) == 1 + 1200)
    // What is under way ends with it, and one of the same name later has nothing to do with it.
    try await outbox.add(Self.draft("hook"))
    try await outbox.note(.later(delivery), of: delivery, to: hook)
    #expect(try await Self.rows(metadata) == 2 + 1200)
    #expect(outbox.hooks.map(\.waiting) == [0, 1200])
    await #expect(throws: OutboxError.noSuchHook("none")) { try await outbox.remove("none") }
  }

  @Test func whatIsLeftOfARemovedWebhookIsDeletedAtTheStart() async throws {
    let metadata = MemoryMetadata()
    let outbox = try await Outbox.open(metadata, sealingKey: Self.key)
    try await outbox.add(Self.draft("hook"))
    try await outbox.post([Self.event()])
    // As a crash between the two steps of a removal leaves it.
    try await metadata.update(.system) { (transaction) throws(MetadataError) in
      transaction.delete(OutboxRows.hookKey("hook"))
    }
    #expect(try await Outbox.open(metadata, sealingKey: Self.key).hooks.isEmpty)
    #expect(try await Self.rows(metadata) == 0)
  }

  @Test func queuesAreBounded() async throws {
    let outbox = try await Outbox.open(MemoryMetadata(), sealingKey: Self.key)
    try await outbox.add(Self.draft("hook"))
    try await outbox.post((0..<Int64(Outbox.queueMax)).map { Self.event(at: $0) })
    try await outbox.post([Self.event(), Self.event()])
    #expect(outbox.hooks.map(\.waiting) == [Outbox.queueMax] && outbox.counts.dropped == 2)
    let hook = try outbox.hook(named: "hook")
    for _ in 0..<Outbox.deadMax + 5 {
      let delivery = try #require(try await outbox.next(hook, Self.later))
      try await outbox.note(.givenUp(delivery), of: delivery, to: hook)
    }
    #expect(outbox.hooks.map(\.dead) == [Outbox.deadMax])
    #expect(try await outbox.dead("hook").first?.event.time == Timestamp(milliseconds: 5))
    for number in 1..<Outbox.hooksMax { try await outbox.add(Self.draft("hook-\(number)")) }
    await #expect(throws: OutboxError.tooMany(Outbox.hooksMax)) { try await outbox.add(Self.draft("more")) }
  }

  @Test(arguments: [
    ("", "http://h/", [String](), 32), ("a b", "http://h/", [], 32),
    (String(repeating: "n", count: 65), "http://h/", [], 32),
    ("n", "ftp://h/", [], 32), ("n", "http://h/", [""], 32), ("n", "http://h/", ["a*b"], 32),
    ("n", "http://h/", ["a b"], 32),
    ("n", "http://h/", [String](repeating: "t", count: 17), 32), ("n", "http://h/", [], 23),
    ("n", "http://h/", [], 65),
  ])
  func aBadWebhookIsRefused(_ name: String, _ url: String, _ types: [String], _ secret: Int) async throws {
    let outbox = try await Outbox.open(MemoryMetadata(), sealingKey: Self.key)
    let draft = WebhookDraft(name: name, url: url, types: types, secret: [UInt8](repeating: 1, count: secret))
    do throws(OutboxError) {
      try await outbox.add(draft)
      Issue.record("added")
    } catch {
      if case .invalid = error {} else { Issue.record("\(error)") }
    }
  }

  @Test func aNameIsThereOnce() async throws {
    let outbox = try await Outbox.open(MemoryMetadata(), sealingKey: Self.key)
    try await outbox.add(Self.draft("hook"))
    await #expect(throws: OutboxError.exists("hook")) { try await outbox.add(Self.draft("hook")) }
  }

  @Test func aSecretIsSealed() async throws {
    let metadata = MemoryMetadata()
    let outbox = try await Outbox.open(metadata, sealingKey: Self.key)
    try await outbox.add(Self.draft("hook"))
    for row in try await metadata.rows(of: [OutboxRows.table]) {
      #expect(row.value.firstRange(of: Self.secret) == nil)
    }
    let other = AESGCMKey([UInt8](repeating: 8, count: 32))
    await #expect(throws: OutboxError.self) { try await Outbox.open(metadata, sealingKey: other) }
    #expect(!"\(try outbox.hook(named: "hook"))".contains("9, 9, 9"))
  }

  /// The rows of table 92 as docs/format/metadata.md has them.
  @Test func rowsAreWhatTheFormatSays() throws {
    let event = Event(
      id: Array(1...16), type: "t", subject: "s", time: Timestamp(milliseconds: 256), data: "{}")
    let delivery = Delivery(event: event, due: Timestamp(milliseconds: 1), attempts: 2, problem: "p")
    let golden: [UInt8] =
      [1] + [0, 0, 0, 0, 0, 0, 0, 1] + [2, 1, 0x70, 1, 0x74, 1, 0x73] + [0, 0, 0, 0, 0, 0, 1, 0] + [
        2, 0x7B, 0x7D,
      ]
    #expect(OutboxRows.encode(delivery) == golden)
    #expect(try OutboxRows.delivery(golden, event: event.id) == delivery)
    for count in golden.indices {
      #expect(throws: RecordError.self) { try OutboxRows.delivery(Array(golden[..<count]), event: event.id) }
    }
    let key: [UInt8] = [0x92, 0x71, 0, 0, 0, 0, 0, 0, 0, 5] + Array(1...16)
    #expect(OutboxRows.key(.queue, hook: 5, event: event.id) == key)
    #expect(OutboxRows.key(.dead, hook: 5, event: event.id) == [0x92, 0x64] + key.dropFirst(2))
    #expect(throws: RecordError.self) { try OutboxRows.parts(of: Array(key.dropLast())) }
    let hook = Webhook(
      name: "n", id: 5, url: try HTTPURL("http://h"), types: ["a", "b"], created: Timestamp(milliseconds: 1),
      key: HMACSHA256Key([]))
    let row: [UInt8] =
      [1, 0, 0, 0, 0, 0, 0, 0, 5, 1, 0x6E, 8] + Array("http://h".utf8) + [2, 1, 0x61, 1, 0x62]
      + [0, 0, 0, 0, 0, 0, 0, 1, 2, 0xAA, 0xBB]
    #expect(OutboxRows.encode(hook, sealedSecret: [0xAA, 0xBB]) == row)
    #expect(try OutboxRows.hookID(row) == 5)
    #expect(OutboxRows.hookKey("n") == [0x92, 0x68, 0x6E])
    for count in row.indices {
      #expect(throws: RecordError.self) { try OutboxRows.hook(Array(row[..<count])) { sealed, _ in sealed } }
    }
  }
}
