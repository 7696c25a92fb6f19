import Glibc
import Metadata
import Primitives
import Ring
import Volumes

@testable import Objects

/// One simulated life of a store: clients at work, something that goes wrong, a restart, a look at everything; a
/// few times over on the same disk.
struct SimulatedRun {
  /// What goes wrong besides the power.
  enum Trouble: String, CaseIterable, Sendable {
    case powerCut, ioErrors, syncErrors, fullDisk, bitFlips
  }

  /// A bug put in on purpose, which the runs must find.
  enum Canary: Sendable {
    /// Volumes acknowledge without a sync.
    case volumesUnsynced
    /// The metadata log acknowledges without a sync.
    case metadataUnsynced
    /// Every moment is refused.
    case momentsRefused
  }

  let seed: UInt64
  let trouble: Trouble
  var canary: Canary?

  /// What a run came to.
  struct Outcome: Sendable {
    var problems: [String] = []
    var acknowledged = 0
    var moved = 0
    var expired: UInt64 = 0
    /// Moments of the past that were shown, and refused.
    var shown = 0
    var refused = 0
    var operations = 0
    var powerCuts = 0
    /// Starts that the power ended.
    var cutStarts = 0
    var bitFlips = 0
    /// Equal for equal seeds.
    var trace: UInt64 = 0
  }

  private static let lives = 3

  /// In memory where there is a file system for that: a disk's, when it writes its pages back, turns reserved blocks
  /// into written ones, which whoever asks where data ends can tell, and so no two runs would be equal.
  private static let base = Directory.exists("/dev/shm") ? "/dev/shm" : "/tmp"

  func execute() throws -> Outcome {
    let directory = "\(Self.base)/weir-simulation-\(UInt64.random(in: 0 ... .max))"
    try Directory.create(directory)
    defer { TestStore.remove(directory) }
    let disk = SimulatedDisk(seed: seed)
    var random = SeededGenerator(seed: seed ^ 0x5EED)
    let past = SimulatedPast(SimulatedPast.Keeping(rawValue: seed % 4) ?? .nothing)
    past.refusesAll = canary == .momentsRefused
    let clients = (0..<4).map { SimulatedClient("c\($0)", seed: random.next(), past: past) }
    var outcome = Outcome()
    try live(directory, disk, clients, seed: random.next(), operations: 6, faults: nil, &outcome)
    for _ in 0..<Self.lives {
      let faults = draw(&random)
      if Int.random(in: 0..<3, using: &random) == 0 {
        let operations = Int.random(in: 0...40, using: &random)
        try cutStart(directory, disk, seed: random.next(), after: operations, &outcome)
      }
      try live(
        directory, disk, clients, seed: random.next(), operations: Int.random(in: 5...30, using: &random),
        faults: faults, &outcome)
      if !outcome.problems.isEmpty { break }
    }
    if outcome.problems.isEmpty {
      // The last look, after a restart without faults.
      try live(directory, disk, clients, seed: random.next(), operations: 0, faults: nil, &outcome)
    }
    outcome.acknowledged = clients.reduce(0) { $0 + $1.acknowledged }
    outcome.bitFlips = disk.bitFlips
    outcome.expired = clients.reduce(0) { $0 + $1.expired }
    outcome.moved = clients.reduce(0) { $0 + $1.moved }
    (outcome.shown, outcome.refused) = (past.shown, past.refused)
    return outcome
  }

  private func draw(_ random: inout SeededGenerator) -> SimulatedFaults {
    var faults = SimulatedFaults()
    faults.shortWritesOneIn = 20
    switch trouble {
    case .powerCut: break
    case .ioErrors: (faults.readErrorsOneIn, faults.writeErrorsOneIn) = (40, 40)
    case .syncErrors: faults.syncErrorsOneIn = 15
    case .fullDisk: faults.capacity = UInt64.random(in: 1...40, using: &random) << 20
    case .bitFlips: faults.bitFlipsOneIn = 10
    }
    if trouble == .powerCut || Bool.random(using: &random) {
      faults.powerCutAfter = Int.random(in: 1...250, using: &random)
    }
    return faults
  }

  /// A start that the power ends after some I/O, or the look at everything behind it: what it had set right by then,
  /// and what not, the next one finds.
  private func cutStart(
    _ directory: String, _ disk: SimulatedDisk, seed: UInt64, after operations: Int, _ outcome: inout Outcome
  ) throws {
    let simulation = try Simulation(seed: seed, rings: 2, disk: disk)
    disk.faults = SimulatedFaults()
    disk.faults.powerCutAfter = operations
    let (rings, canary, hasVolumes) = (simulation.rings, canary, hasVolumes)
    try simulation.run { () -> Void in
      let store = try? await Self.open(directory, rings, canary, volumes: hasVolumes ? 3 : 1)
      guard let store else { return }
      _ = try? await store.check(.everything)
      await store.close()
    }
    try simulation.finish()
    outcome.operations += disk.operations
    outcome.trace = outcome.trace &* 31 &+ simulation.trace
    if disk.isOff { outcome.cutStarts += 1 }
    disk.cutPower()
  }

  /// One start: everything of the life before is verified, then the clients work under `faults`.
  private func live(
    _ directory: String, _ disk: SimulatedDisk, _ clients: [SimulatedClient], seed: UInt64, operations: Int,
    faults: SimulatedFaults?, _ outcome: inout Outcome
  ) throws {
    let simulation = try Simulation(seed: seed, rings: 2, disk: disk)
    disk.faults = SimulatedFaults()
    let rings = simulation.rings
    let canary = canary
    let hasVolumes = hasVolumes
    let damaged = disk.bitFlips > 0
    let problems = try simulation.run { () -> [String] in
      do {
        let store = try await Self.open(directory, rings, canary, volumes: hasVolumes ? 3 : 1)
        let bucket = try await self.bucket(of: store)
        clients.first?.past.isSuspended = bucket.versioning == .suspended
        // A restore that was cut off must not go on under the clients that look.
        for job in try await store.objects.restoreJobs() where !job.isOver {
          try await store.objects.cancelRestore(id: job.id)
        }
        for client in clients {
          client.note("started")
          client.tolerance = damaged ? .damage : .nothing
          await client.verify(store, bucket)
        }
        var problems = try await Audit.run(store).problems
        // What fsck says of it, which reads every byte: nothing, unless bits were turned.
        let check = try await store.check(.everything)
        problems += check.problems.filter { !damaged || $0.kind != .damagedData }
          .map { "fsck: \($0.message)" }
        if var faults {
          // Of the I/O from here on: what a start and its looks take is many times that.
          faults.powerCutAfter = faults.powerCutAfter.map { $0 + disk.operations }
          disk.faults = faults
          for client in clients { client.tolerance = .anything }
        }
        await withTaskGroup(of: Void.self) { group in
          for (index, client) in clients.enumerated() {
            group.addTask {
              await rings.rings[index % rings.rings.count].run {
                await client.work(store, bucket, count: operations)
              }
            }
          }
        }
        await store.close()
        problems += clients.flatMap(\.problems)
        return problems
      } catch {
        return ["a start failed: \(error)"] + clients.flatMap(\.problems)
      }
    }
    try simulation.finish()
    clients.first?.past.endLife()
    outcome.problems += problems
    outcome.operations += disk.operations
    outcome.trace = outcome.trace &* 31 &+ simulation.trace
    if disk.isOff { outcome.powerCuts += 1 }
    // Without faults a life ends in good order; with some, the power goes at its end at the latest.
    if faults == nil { disk.settle() } else { disk.cutPower() }
  }

  /// One run in two has three volumes: STANDARD is on the first two, STANDARD_IA on the third, and the second is
  /// drained now and then.
  private var hasVolumes: Bool { seed / 4 % 2 == 1 }

  private static func open(
    _ directory: String, _ rings: RingGroup, _ canary: Canary?, volumes count: Int
  ) async throws -> TestStore {
    var options = VolumeOptions.small
    // Of the real disk, other programs' files would tell no two runs apart.
    options.space = { _ in (free: 1 << 40, total: 1 << 41) }
    options.syncMode = canary == .volumesUnsynced ? .none : .data
    let metadata = try await LoggedMetadata.open(
      path: directory + "/metadata.log", ring: rings.rings[0], isSynced: canary != .metadataUnsynced,
      wallMilliseconds: { 1_700_000_000_000 + Int64(Instant.now().nanoseconds / 1_000_000) })
    let volumes = try await TestStore.openVolumes(directory, count, options, rings, metadata)
    var limits = ObjectLimits.small
    if count > 1 {
      limits.placements[.standard] = [0, 1]
      limits.placements[.standardIA] = [2]
    }
    let objects = try await ObjectStore.open(metadata: metadata, volumes: volumes, limits: limits)
    return TestStore(
      kind: .memory, rings: rings, directory: directory, metadata: metadata, volumes: volumes,
      objects: objects, limits: limits, clock: nil)
  }

  /// The bucket of all clients; one run in four without versions, one with, one with a recovery window, one with
  /// versions that end: there every start changes whether they are kept, or no longer.
  private func bucket(of store: TestStore) async throws -> BucketInfo {
    if let bucket = try? store.objects.bucket(named: "bucket") {
      guard seed % 4 == 3 else { return bucket }
      return try await store.objects.setVersioning(
        bucket.versioning == .enabled ? .suspended : .enabled, of: bucket)
    }
    let bucket = try await store.objects.setLifecycle(
      SimulatedClient.rules(), of: try await store.bucket())
    switch seed % 4 {
    case 0: return bucket
    case 1, 3: return try await store.objects.setVersioning(.enabled, of: bucket)
    default: return try await store.objects.setRecoveryWindow(seconds: 3_600, of: bucket)
    }
  }
}
