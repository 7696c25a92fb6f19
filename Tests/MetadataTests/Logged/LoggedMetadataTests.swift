import Ring
import Testing

@testable import Metadata

/// What `LoggedMetadata` loses in a power cut, and what not.
@Suite struct LoggedMetadataTests {
  /// Every update that was acknowledged is there after the cut, whenever it comes; at most the ones that were
  /// under way are there too.
  @Test(arguments: 0..<40) func acknowledgedUpdatesSurvive(_ cut: Int) throws {
    let directory = TemporaryDirectory()
    try Directory.create(directory.store)
    let path = directory.store + "/log"
    let disk = SimulatedDisk(seed: UInt64(cut))
    disk.faults.powerCutAfter = cut
    let acknowledged = try Self.write(30, to: path, on: disk, isSynced: true)
    disk.faults.powerCutAfter = nil
    disk.cutPower()
    let found = try Self.keys(of: path, on: disk)
    #expect(found.isSuperset(of: acknowledged))
    #expect(found.count <= 30)
  }

  /// The canary: without the sync something acknowledged is lost.
  @Test func withoutSyncsTheyDoNot() throws {
    var losses = 0
    for seed in 0..<20 {
      let directory = TemporaryDirectory()
      try Directory.create(directory.store)
      let path = directory.store + "/log"
      let disk = SimulatedDisk(seed: UInt64(seed))
      let acknowledged = try Self.write(30, to: path, on: disk, isSynced: false)
      disk.cutPower()
      if try !Self.keys(of: path, on: disk).isSuperset(of: acknowledged) { losses += 1 }
    }
    #expect(losses > 3)
  }

  /// Concurrent updates of one key each; the numbers of those that succeeded.
  private static func write(
    _ count: Int, to path: String, on disk: SimulatedDisk, isSynced: Bool
  ) throws -> Set<Int> {
    let simulation = try Simulation(seed: 1, rings: 2, disk: disk)
    let done = try simulation.run { () -> Set<Int> in
      guard
        let store = try? await LoggedMetadata.open(
          path: path, ring: simulation.rings.rings[0], isSynced: isSynced)
      else { return [] }
      return await withTaskGroup(of: Int?.self) { group in
        for number in 0..<count {
          group.addTask { (try? await store.put(key("\(number)"), bytes("\(number)"))).map { number } }
        }
        return await group.reduce(into: []) { if let number = $1 { $0.insert(number) } }
      }
    }
    try simulation.finish()
    return done
  }

  private static func keys(of path: String, on disk: SimulatedDisk) throws -> Set<Int> {
    let simulation = try Simulation(seed: 2, rings: 1, disk: disk)
    let found = try simulation.run { () -> Result<Set<Int>, any Error> in
      do {
        let store = try await LoggedMetadata.open(path: path, ring: simulation.rings.rings[0])
        let entries = try await store.entries([0x54], [0x55])
        #expect(entries.allSatisfy { $0.key.dropFirst().elementsEqual($0.value) })
        return .success(
          Set(entries.compactMap { Int(String(decoding: $0.value, as: Unicode.UTF8.self)) }))
      } catch {
        return .failure(error)
      }
    }
    try simulation.finish()
    return try found.get()
  }
}
