/// Carries out a ring's operations on a simulated disk, each after a delay of its own on a simulated clock.
// SAFETY: a backend lives in its ring, which gives it up at its own end.
@safe final class SimulatedBackend: Backend {
  private unowned(unsafe) let ring: Ring
  private let world: SimulatedWorld
  /// In the order of submission.
  private var waiting: [Waiting] = []

  private struct Waiting {
    let operation: Operation
    let token: Token
    let due: Instant
    /// What a sync covers: decided when it is submitted.
    let mark: UInt64
  }

  init(ring: Ring, world: SimulatedWorld) {
    unsafe self.ring = ring
    self.world = world
  }

  /// When the next operation completes.
  var next: Instant { waiting.lazy.map(\.due).min() ?? .distantFuture }

  func submit(_ operation: Operation, token: Token) {
    let due = Instant(nanoseconds: world.now.nanoseconds + world.delay())
    waiting.append(Waiting(operation: operation, token: token, due: due, mark: world.disk.mark))
  }

  func cancel(_ token: Token, descriptor: Int32) {}

  func turn(waitUntil deadline: Instant?) {
    while let index = waiting.indices.filter({ waiting[$0].due <= world.now })
      .min(by: { waiting[$0].due < waiting[$1].due })
    {
      let item = waiting.remove(at: index)
      let result = world.disk.perform(item.operation, mark: item.mark)
      world.note(item.operation, result)
      unsafe ring.complete(item.token, result: result, flags: 0)
    }
  }

  var readsPageCache: Bool { false }
  func clock() -> Instant { world.now }
  func claimBuffer(flags: UInt32) -> Buffer? { nil }
  func giveBack(_ buffer: Buffer) {}
  func growBuffers() {}
  func forget(descriptor: Int32) {}
  func shutDown() {}
}

/// What the rings of one simulation share: the clock, the dice, the disk.
final class SimulatedWorld {
  var now = Instant(nanoseconds: 1_000_000_000)
  var random: SplitMix64
  let disk: SimulatedDisk
  /// A digest of everything that was carried out, in order: equal for equal seeds.
  private(set) var trace: UInt64 = 0xCBF2_9CE4_8422_2325

  init(seed: UInt64, disk: SimulatedDisk) {
    random = SplitMix64(seed: seed)
    self.disk = disk
  }

  /// How long an operation takes, in nanoseconds: mostly some 100 µs, now and then much longer.
  func delay() -> UInt64 {
    let usual = UInt64.random(in: 10_000..<200_000, using: &random)
    return random.once(in: 20) ? usual * 100 : usual
  }

  func note(_ operation: Operation, _ result: Int32) {
    // Not the lengths: identifiers and times differ from run to run, and with them the length of a record.
    let words = [UInt64(operation.kind.rawValue), now.nanoseconds, UInt64(bitPattern: Int64(min(result, 0)))]
    for word in words { trace = (trace ^ word) &* 0x100_0000_01B3 }
  }
}
