import Synchronization

/// Runs tasks on rings without threads: one job after another, in an order that a seed decides, with a clock
/// that moves only when nothing else can.
///
/// All rings take their turns on the thread that calls `run`; the blocking pool works at once and in place.
/// What is above the rings does not notice. The same seed gives the same run, as long as the tasks themselves
/// do the same.
// SAFETY: made and used by one thread at a time; the rings' code runs inside `run`.
package final class Simulation: @unchecked Sendable {
  /// The rings, as everything above knows them.
  package let rings: RingGroup
  private let world: SimulatedWorld
  private let backends: [SimulatedBackend]

  /// Why a run did not come to its end.
  package enum Stall: Error {
    /// Tasks wait, but for nothing that will happen.
    case nothingLeft
    /// Too many turns; the value is their number.
    case tooLong(turns: Int)
  }

  /// Rings over `disk`, whose order of events follows from `seed`.
  package init(seed: UInt64, rings count: Int, disk: SimulatedDisk) throws(IOError) {
    let world = SimulatedWorld(seed: seed, disk: disk)
    self.world = world
    rings = try RingGroup(simulated: count)
    var backends: [SimulatedBackend] = []
    for ring in rings.rings {
      let backend = SimulatedBackend(ring: ring, world: world)
      backends.append(backend)
      ring.start(simulated: backend)
    }
    self.backends = backends
  }

  /// A digest of all I/O so far, in order. Equal for runs with equal seeds.
  package var trace: UInt64 { world.trace }

  /// Runs `body` on the first ring, and everything it starts, until it returns.
  package func run<R: Sendable>(_ body: @Sendable @escaping () async -> R) throws(Stall) -> R {
    let outcome = Locked<R?>(nil)
    rings.rings[0].spawn {
      let value = await body()
      outcome.withLock { $0 = value }
    }
    try drive { outcome.withLock { $0 != nil } }
    guard let value = outcome.withLock({ $0 }) else { throw .nothingLeft }
    return value
  }

  /// Ends the rings: waits for their tasks, which find that everything fails or is cancelled.
  package func finish() throws(Stall) {
    for ring in rings.rings { ring.requestStop() }
    try drive { self.rings.rings.allSatisfy { $0.liveTasks.load(ordering: .relaxed) == 0 } }
    for ring in rings.rings { ring.endSimulated() }
  }

  private static let turnsLimit = 5_000_000

  private func drive(until isDone: () -> Bool) throws(Stall) {
    var turns = 0
    while !isDone() {
      let ready = rings.rings.indices.filter { isReady($0) }
      if let index = ready.randomElement(using: &world.random) {
        turns += 1
        if turns > Self.turnsLimit { throw .tooLong(turns: turns) }
        rings.rings[index].takeSimulatedTurn(jobs: Int.random(in: 1...8, using: &world.random))
      } else {
        let next = rings.rings.indices.map { min(backends[$0].next, rings.rings[$0].timers.next) }.min()
        guard let next, next != .distantFuture else { throw .nothingLeft }
        world.now = max(world.now, next)
      }
    }
  }

  private func isReady(_ index: Int) -> Bool {
    let ring = rings.rings[index]
    return !ring.jobs.isEmpty || ring.inbox.hasSome || backends[index].next <= world.now
      || ring.timers.next <= world.now
  }
}

extension Ring {
  /// Makes a ring without a thread ready for its turns.
  func start(simulated backend: SimulatedBackend) {
    self.backend = backend
    now = backend.clock()
    wheel.start(at: now)
  }

  /// One turn on the calling thread, which is the ring's for as long.
  func takeSimulatedTurn(jobs limit: Int) {
    ThreadSlot.enter(self)
    defer { ThreadSlot.leave() }
    turn(mayWait: false, jobs: limit)
  }

  /// What a ring's thread does at its end.
  func endSimulated() {
    inbox.close()
    backend = IdleBackend()
    hasEnded.store(true, ordering: .releasing)
  }
}
