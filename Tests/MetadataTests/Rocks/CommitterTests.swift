import Glibc
import Ring
import Synchronization
import Testing

@testable import Metadata

/// An engine that a test can hold up and make fail.
// SAFETY (unchecked Sendable): `entries` belongs to the committer thread, the rest is atomic.
private final class FaultyEngine: CommitEngine, @unchecked Sendable {
  private var entries: [[UInt8]: [UInt8]] = [:]
  private var batch: [([UInt8], [UInt8]?)] = []
  let commits = Atomic<Int>(0)
  /// The number of the commit that fails, counted from 0, and whether that is for want of room.
  let failing = Atomic<Int>(-1)
  let isFull = Atomic<Bool>(false)
  let isHeld = Atomic<Bool>(false)
  /// Commits begun.
  let entered = Atomic<Int>(0)

  func look(up key: [UInt8], memoryOnly: Bool) throws(MetadataError) -> Lookup {
    entries[key].map { .found($0) } ?? .absent
  }
  func cursor(lower: [UInt8], upper: [UInt8]?) throws(MetadataError) -> MetadataCursor {
    MemoryCursor(OrderedBytes(), lower: lower, upper: upper)
  }
  func put(_ key: [UInt8], _ value: [UInt8]) { batch.append((key, value)) }
  func delete(_ key: [UInt8]) { batch.append((key, nil)) }
  func commit() throws(MetadataError) {
    entered.add(1, ordering: .releasing)
    while isHeld.load(ordering: .acquiring) { usleep(100) }
    defer { batch = [] }
    let number = commits.add(1, ordering: .relaxed).oldValue
    if number == failing.load(ordering: .relaxed) {
      throw MetadataError(isFull.load(ordering: .relaxed) ? .full : .io, "failed")
    }
    for (key, value) in batch { entries[key] = value }
  }
}

/// The committer over an engine of the test's choice.
private struct Rig {
  let engine = FaultyEngine()
  let room = Guarded(Room.plenty)
  let queue: UpdateQueue
  let committer: Committer
  let thread: StoreThread

  init(_ options: MetadataOptions = MetadataOptions()) throws(MetadataError) {
    queue = UpdateQueue(limit: options.queueLimit)
    let group = CommitGroup(
      engine: engine, clock: HybridClock(bound: 0), wallMilliseconds: { 1_000_000 })
    let committer = Committer(
      queue: queue, group: group, options: options,
      hooks: Committer.Hooks(room: { [room] in room.withLock { $0 } }, fetch: { _, then in then() }))
    self.committer = committer
    thread = try StoreThread("weir-commit") { committer.run() }
  }

  /// Nil when it was committed.
  func put(
    _ name: String, _ value: [UInt8] = [], for purpose: UpdatePurpose = .keep
  ) async -> MetadataError? {
    // SAFETY: the update resumes its waiter once.
    let result: Result<Void, MetadataError> = await unsafe withUnsafeContinuation { waiter in
      let update = unsafe ClosureUpdate(
        anyKeyScope, { txn throws(MetadataError) in txn.put(key(name), value) }, waiter,
        for: purpose)
      guard let refusal = queue.submit(update) else { return }
      update.fail(refusal)
      update.finish()
    }
    if case .failure(let error) = result { return error }
    return nil
  }

  func end() {
    for update in queue.close(MetadataError(.closed, "the test is over")) {
      update.fail(MetadataError(.closed, "the test is over"))
      update.finish()
    }
    thread.join()
  }
}

@Suite struct CommitterTests {
  @Test func aFailedCommitStopsTheStoreForGood() async throws {
    let rig = try Rig()
    #expect(await rig.put("a") == nil)
    rig.engine.failing.store(1, ordering: .relaxed)
    #expect(await rig.put("b") == MetadataError(.io, "failed").ofFailedWrite)
    #expect(rig.committer.statistics.isStopped)
    for purpose in [UpdatePurpose.keep, .free] {
      let refusal = await rig.put("c", for: purpose)
      #expect(refusal?.message.contains("stopped") == true)
      #expect(refusal?.mayHaveCommitted == false, "it was never in a group")
    }
    // Not even tried again.
    #expect(rig.engine.commits.load(ordering: .relaxed) == 2)
    rig.end()
  }

  /// Room that comes back is used without a restart.
  @Test func aCommitWithoutRoomFailsAlone() async throws {
    let rig = try Rig()
    rig.engine.isFull.store(true, ordering: .relaxed)
    rig.engine.failing.store(1, ordering: .relaxed)
    #expect(await rig.put("a") == nil)
    #expect(await rig.put("b")?.code == .full)
    #expect(await rig.put("c") == nil)
    let counts = rig.committer.statistics
    #expect(!counts.isStopped)
    #expect(counts.refused == 1)
    #expect(counts.updates == 2)
    rig.end()
  }

  /// In one group: what keeps something is refused, what makes room is committed.
  @Test func whatMakesRoomGoesOn() async throws {
    let rig = try Rig()
    let full = MetadataError(.full, "the disk is full")
    rig.room.withLock { $0 = Room(keeping: full, freeing: nil) }
    rig.engine.isHeld.store(true, ordering: .releasing)
    let outcomes = await withTaskGroup(of: (UpdatePurpose, MetadataError?).self) { tasks in
      tasks.addTask { (.free, await rig.put("first", for: .free)) }
      while rig.engine.entered.load(ordering: .acquiring) == 0 { await Task.yield() }
      for index in 0..<40 {
        let purpose: UpdatePurpose = index % 2 == 0 ? .keep : .free
        tasks.addTask { (purpose, await rig.put("\(index)", for: purpose)) }
      }
      while rig.queue.depth < 40 { await Task.yield() }
      rig.engine.isHeld.store(false, ordering: .releasing)
      return await tasks.reduce(into: [(UpdatePurpose, MetadataError?)]()) { $0.append($1) }
    }
    for (purpose, error) in outcomes { #expect(error == (purpose == .keep ? full : nil)) }
    #expect(rig.committer.statistics.refused == 20)
    #expect(rig.committer.statistics.updates == 21)
    #expect(rig.engine.commits.load(ordering: .relaxed) == 2)
    rig.room.withLock { $0 = Room(refusing: full) }
    #expect(await rig.put("x", for: .free) == full)
    #expect(rig.engine.commits.load(ordering: .relaxed) == 2, "nothing is written where nothing may be")
    rig.room.withLock { $0 = .plenty }
    #expect(await rig.put("x") == nil)
    rig.end()
  }

  @Test func aFailedCommitFailsEveryMemberOfItsGroup() async throws {
    let rig = try Rig()
    rig.engine.isHeld.store(true, ordering: .releasing)
    rig.engine.failing.store(1, ordering: .relaxed)
    let failures = await withTaskGroup(of: MetadataError?.self) { tasks in
      tasks.addTask { await rig.put("first") }
      while rig.engine.entered.load(ordering: .acquiring) == 0 { await Task.yield() }
      for index in 0..<50 { tasks.addTask { await rig.put("\(index)") } }
      while rig.queue.depth < 50 { await Task.yield() }
      rig.engine.isHeld.store(false, ordering: .releasing)
      return await tasks.reduce(into: [MetadataError.Code]()) { if let error = $1 { $0.append(error.code) } }
    }
    // The fifty waited while the first was being written: one group, which failed.
    #expect(failures == [MetadataError.Code](repeating: .io, count: 50))
    rig.end()
  }

  /// Of a group that failed, only what was in it may be there all the same.
  @Test func whatWasRefusedIsCertainlyNotCommitted() async throws {
    let rig = try Rig()
    rig.room.withLock { $0 = Room(keeping: MetadataError(.full, "the disk is full"), freeing: nil) }
    rig.engine.isHeld.store(true, ordering: .releasing)
    rig.engine.failing.store(1, ordering: .relaxed)
    let outcomes = await withTaskGroup(of: (UpdatePurpose, MetadataError?).self) { tasks in
      tasks.addTask { (.free, await rig.put("first", for: .free)) }
      while rig.engine.entered.load(ordering: .acquiring) == 0 { await Task.yield() }
      for purpose in [UpdatePurpose.keep, .free] {
        tasks.addTask { (purpose, await rig.put("second", for: purpose)) }
      }
      while rig.queue.depth < 2 { await Task.yield() }
      rig.engine.isHeld.store(false, ordering: .releasing)
      return await tasks.reduce(into: [UpdatePurpose: Bool]()) { known, outcome in
        if let error = outcome.1 { known[outcome.0] = error.mayHaveCommitted }
      }
    }
    #expect(outcomes == [.keep: false, .free: true])
    rig.end()
  }

  @Test func whatWaitsBecomesOneGroup() async throws {
    let rig = try Rig()
    rig.engine.isHeld.store(true, ordering: .releasing)
    await withTaskGroup(of: Void.self) { tasks in
      tasks.addTask { #expect(await rig.put("first") == nil) }
      while rig.engine.entered.load(ordering: .acquiring) == 0 { await Task.yield() }
      for index in 0..<200 { tasks.addTask { #expect(await rig.put("\(index)") == nil) } }
      while rig.queue.depth < 200 { await Task.yield() }
      rig.engine.isHeld.store(false, ordering: .releasing)
      await tasks.waitForAll()
    }
    let counts = rig.committer.statistics
    #expect(counts.updates == 201)
    #expect(counts.groups == 2)
    #expect(counts.updatesPerGroup.sum == 201)
    rig.end()
  }

  @Test func groupsAreBounded() async throws {
    var options = MetadataOptions()
    options.groupUpdatesLimit = 10
    let rig = try Rig(options)
    await withTaskGroup(of: Void.self) { tasks in
      for index in 0..<200 { tasks.addTask { #expect(await rig.put("\(index)") == nil) } }
    }
    #expect(rig.committer.statistics.groups >= 20)
    #expect(rig.committer.statistics.updatesPerGroup.percentile(1) <= 15)
    rig.end()

    options.groupUpdatesLimit = 1000
    options.groupBytesLimit = 100
    let small = try Rig(options)
    await withTaskGroup(of: Void.self) { tasks in
      for index in 0..<50 {
        tasks.addTask { #expect(await small.put("\(index)", [UInt8](repeating: 0, count: 100)) == nil) }
      }
    }
    #expect(small.committer.statistics.groups == 50)
    small.end()
  }

  @Test func aFullQueueRefuses() async throws {
    var options = MetadataOptions()
    options.queueLimit = 5
    options.groupUpdatesLimit = 5
    let rig = try Rig(options)
    rig.engine.isHeld.store(true, ordering: .releasing)
    let refused = await withTaskGroup(of: MetadataError?.self) { tasks in
      for index in 0..<500 { tasks.addTask { await rig.put("\(index)") } }
      // Everybody beyond the few that fit is refused while the engine is held.
      var refused = 0
      for await failure in tasks {
        if failure?.code == .overloaded { refused += 1 }
        if refused == 400 { rig.engine.isHeld.store(false, ordering: .releasing) }
      }
      return refused
    }
    #expect(refused >= 400)
    rig.end()
  }
}
