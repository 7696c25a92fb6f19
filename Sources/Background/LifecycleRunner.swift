package import Logging
package import Objects
package import Primitives
package import Ring
import Synchronization

/// How lifecycle runs.
package struct LifecycleOptions: Sendable {
  /// Between two passes over what is due.
  package var interval = Duration.seconds(60)
  /// Keys a second that are looked at, and rows that a set-up walks, at most; 0: no limit.
  package var rate: UInt64 = 20_000
  /// Bytes a second that are copied to the volumes of other classes, at most; 0: no limit.
  package var moveRate: UInt64 = 0

  package init() {}
}

/// Does what buckets' lifecycle rules ask for, when it is due (docs/decisions/0071).
package final class LifecycleRunner: Sendable {
  /// What it has done since the start.
  package struct Statistics: Sendable {
    package var tally = LifecycleTally()
    /// Rows that were indexed for new rules.
    package var setUpRows: UInt64 = 0
    /// Looks, and set-ups, that failed and are tried again.
    package var failures: UInt64 = 0
    /// When the last pass ended; nil: there was none.
    package var finished: Timestamp?
    /// For how long what is looked at now has been due, in milliseconds; between passes 0.
    package var late: Int64 = 0
    /// Buckets whose keys are not all indexed by their rules.
    package var settingUp: UInt64 = 0
  }

  /// What one bucket's rules did since the start.
  package struct BucketRun: Sendable {
    package var tally = LifecycleTally()
    package var failures: UInt64 = 0
    /// When something of it was looked at last.
    package var last: Timestamp?
  }

  private struct State {
    var statistics = Statistics()
    var buckets: [UInt64: BucketRun] = [:]
  }

  private let objects: ObjectStore
  private let logger: Logger
  private let interval: Duration
  private let pace: Pace
  private let movePace: Pace
  private let clock: @Sendable () -> Timestamp
  private let stopping = Stopping()
  private let setUpPace: Pace
  private let stoppingSetUps = Stopping()
  private let state = Locked(State())

  /// Looks that are taken at once: their commits share syncs.
  private static let concurrency = 32
  /// Looks of one read of the index.
  private static let looksPerRead = 256
  /// How far behind the last pass the next one begins to read the index: commits that were under way then have
  /// written theirs since.
  private static let overlap: Int64 = 3_600_000

  package init(
    objects: ObjectStore, logger: Logger, options: LifecycleOptions = LifecycleOptions(),
    share: BackgroundShare? = nil, clock: @escaping @Sendable () -> Timestamp = { Timestamp.now() }
  ) {
    self.objects = objects
    self.logger = logger
    interval = options.interval
    pace = Pace(rate: options.rate)
    movePace = Pace(rate: options.moveRate, share: share)
    setUpPace = Pace(rate: options.rate)
    self.clock = clock
  }

  package var statistics: Statistics { state.withLock { $0.statistics } }

  /// What a bucket's rules did since the start.
  package func run(ofBucket id: UInt64) -> BucketRun { state.withLock { $0.buckets[id] ?? BucketRun() } }

  /// Begins to work, on `ring`.
  package func start(on ring: Ring) {
    stopping.run(on: ring) { [self] in
      var begin: Timestamp?
      while !stopping.isRequested {
        let now = clock()
        if await look(at: now, from: begin) {
          begin = Timestamp(milliseconds: now.milliseconds - Self.overlap)
        }
        await stopping.sleep(for: interval)
      }
    }
    // A long walk over one bucket's keys holds up no other bucket's nights.
    stoppingSetUps.run(on: ring) { [self] in
      while !stoppingSetUps.isRequested {
        await setUp()
        await stoppingSetUps.sleep(for: interval)
      }
    }
  }

  /// Ends what runs at the next step. On a ring.
  package func stop() async {
    await stoppingSetUps.stop()
    await stopping.stop()
  }

  /// Does once what is due at a moment. On the ring that it was started on, if it was.
  ///
  /// Looks before `begin` were all taken; nil: begin with the first. Returns whether nothing that was due is left.
  @discardableResult
  package func pass(at now: Timestamp, from begin: Timestamp? = nil) async -> Bool {
    await setUp()
    return await look(at: now, from: begin)
  }

  private func look(at now: Timestamp, from begin: Timestamp?) async -> Bool {
    var place = begin.map { LifecycleLook(after: $0) }
    var isClean = true
    while !stopping.isRequested {
      do throws(ObjectError) {
        let looks = try await objects.lifecycleLooks(dueAt: now, after: place, limit: Self.looksPerRead)
        guard let last = looks.last else { break }
        if !(await take(looks, at: now)) { isClean = false }
        let late = max(0, clock().milliseconds - looks[0].time.milliseconds)
        state.withLock { $0.statistics.late = late }
        place = last
        await pace.wait(for: UInt64(looks.count), unless: { stopping.isRequested })
      } catch {
        note(error, "the lifecycle index could not be read")
        isClean = false
        break
      }
    }
    let finished = clock()
    state.withLock { state in
      state.statistics.finished = finished
      state.statistics.late = 0
    }
    return isClean && !stopping.isRequested
  }

  /// Whether all of them could be taken.
  private func take(_ looks: [LifecycleLook], at now: Timestamp) async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      var waiting = looks[...]
      for look in waiting.prefix(Self.concurrency) { group.addTask { await self.take(look, at: now) } }
      waiting = waiting.dropFirst(Self.concurrency)
      var isClean = true
      while let done = await group.next() {
        if !done { isClean = false }
        guard let look = waiting.popFirst() else { continue }
        group.addTask { await self.take(look, at: now) }
      }
      return isClean
    }
  }

  private func take(_ look: LifecycleLook, at now: Timestamp) async -> Bool {
    if stopping.isRequested { return false }
    do throws(ObjectError) {
      let tally = try await objects.perform(look, at: now) { (bytes) async throws(ObjectError) in
        await self.movePace.wait(for: bytes, unless: { self.stopping.isRequested })
        if self.stopping.isRequested { throw .storage(StorageFailure(.closed, "lifecycle stops")) }
      }
      state.withLock { state in
        state.statistics.tally += tally
        state.buckets[look.bucket, default: BucketRun()].tally += tally
        state.buckets[look.bucket, default: BucketRun()].last = now
      }
      return true
    } catch .conflict {
      // The key is being written to: the next pass looks again.
    } catch {
      if stopping.isRequested { return false }
      note(error, "a lifecycle look failed", look.bucket)
      state.withLock { $0.buckets[look.bucket, default: BucketRun()].failures += 1 }
    }
    return false
  }

  /// Indexes the keys of buckets that have new rules.
  private func setUp() async {
    do throws(ObjectError) {
      let buckets = try await objects.lifecycleSetUps()
      state.withLock { $0.statistics.settingUp = UInt64(buckets.count) }
      for bucket in buckets { await setUp(bucket) }
    } catch {
      note(error, "the lifecycle set-ups could not be read")
    }
  }

  private func setUp(_ bucket: UInt64) async {
    do throws(ObjectError) {
      while !stoppingSetUps.isRequested {
        let step = try await objects.setUpLifecycle(bucket)
        state.withLock { state in
          state.statistics.setUpRows += UInt64(step.rows)
          if !step.hasMore { state.statistics.settingUp = max(1, state.statistics.settingUp) - 1 }
        }
        if !step.hasMore { return }
        await setUpPace.wait(for: UInt64(step.rows), unless: { stoppingSetUps.isRequested })
        // Requests of this ring go first.
        await Task.yield()
      }
    } catch {
      note(error, "a lifecycle set-up failed", bucket)
    }
  }

  private func note(_ error: ObjectError, _ text: Logger.Message, _ bucket: UInt64? = nil) {
    state.withLock { $0.statistics.failures += 1 }
    var metadata: Logger.Metadata = ["error": "\(error)"]
    if let bucket { metadata["bucket_id"] = "\(bucket)" }
    logger.error(text, metadata: metadata)
  }
}
