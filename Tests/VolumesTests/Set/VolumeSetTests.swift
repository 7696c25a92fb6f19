import Ring
import Testing

@testable import Volumes

/// Several volumes, of which new blobs choose one.
@Suite struct VolumeSetTests {
  private static func with(
    _ count: Int, _ body: @escaping @Sendable (VolumeSet) async throws -> Void
  ) async throws {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    let rings = try RingGroup(count: 1, backend: .auto)
    let path = directory.path
    let result = await rings.rings[0].run { () -> Result<Void, any Error> in
      do {
        var members: [VolumeMember] = []
        for number in 0..<count {
          var options = VolumeOptions.small
          options.volumeNumber = UInt16(number)
          let store = try await VolumeStore.open(
            directory: "\(path)/\(number)", options: options, rings: rings)
          members.append(VolumeMember(name: "v\(number)", directory: "", store: store, state: .active))
        }
        let set = VolumeSet(members.reversed())
        try await body(set)
        await set.close()
        return .success(())
      } catch { return .failure(error) }
    }
    rings.shutdown()
    try result.get()
  }

  /// Writes a blob and says where it lies.
  private static func write(
    _ set: VolumeSet, _ length: UInt64 = 10_000, on numbers: [UInt16], seed: UInt64 = 1
  ) async throws -> [ExtentLocation] {
    let writer = try await set.makeWriter(.test(seed), expectedLength: length, on: numbers)
    let pattern = Pattern(seed: seed)
    var done: UInt64 = 0
    while done < length {
      let space = try await unsafe writer.nextBuffer()
      let count = min(space.count, Int(length - done))
      let bytes = pattern.bytes(done..<done + UInt64(count))
      // SAFETY: `count` bytes fit the space.
      unsafe bytes.withUnsafeBytes { unsafe space.copyMemory(from: $0) }
      try await writer.advance(count)
      done += UInt64(count)
    }
    return try await writer.finish()
  }

  private static func expect(_ seed: UInt64, _ set: VolumeSet, _ extents: [ExtentLocation]) async throws {
    let length = extents.reduce(0) { $0 + $1.length }
    let reader = set.makeReader(extents, range: 0..<length)
    var position: UInt64 = 0
    while let bytes = try await unsafe reader.next() {
      #expect(unsafe Pattern(seed: seed).matches(bytes, at: position))
      position += UInt64(bytes.count)
    }
    #expect(position == length)
    await reader.close()
  }

  @Test func membersAreFoundByNumberAndName() async throws {
    try await Self.with(3) { set in
      #expect(set.members.map(\.number) == [0, 1, 2])
      #expect(set.member(2)?.name == "v2" && set.member(3) == nil)
      #expect(set.member(named: "v1")?.number == 1 && set.member(named: "main") == nil)
    }
  }

  @Test func blobsLieWhereTheyMayAndAreReadThere() async throws {
    try await Self.with(3) { set in
      for (seed, numbers) in [[0], [1], [2], [1, 2]].enumerated() {
        let extents = try await Self.write(
          set, 600_000, on: numbers.map(UInt16.init), seed: UInt64(seed))
        #expect(Set(extents.map(\.volume)).count == 1, "a blob is never divided")
        #expect(extents.allSatisfy { numbers.contains(Int($0.volume)) })
        try await Self.expect(UInt64(seed), set, extents)
        for extent in extents {
          _ = try await set.audit(extent)
          try await set.inspect(extent)
        }
        set.markDead(extents)
      }
      #expect(set.statistics().liveBytes == 0 && set.statistics().blobsWritten == 4)
    }
  }

  /// Volumes of equal room take turns, since what was given to one counts against it.
  @Test func blobsAreSpread() async throws {
    try await Self.with(3) { set in
      var counts: [UInt16: Int] = [:]
      for seed in 0..<30 {
        counts[try await Self.write(set, on: [1, 2], seed: UInt64(seed))[0].volume, default: 0] += 1
      }
      #expect(counts.keys.sorted() == [1, 2] && counts.values.allSatisfy { $0 >= 10 }, "\(counts)")
    }
  }

  @Test func whatIsDrainedOrBrokenIsPassedOver() async throws {
    try await Self.with(3) { set in
      set.member(1)?.state = .draining
      for seed in 0..<UInt64(4) {
        let extents = try await Self.write(set, on: [1, 2], seed: seed)
        #expect(extents[0].volume == 2)
      }
      set.member(2)?.store.volume.health.failed(VolumeError(.io, "gone", errno: 30))
      let refused = await Self.refusal { _ = try await Self.write(set, on: [1, 2]) }
      #expect(refused == .readOnly)
      #expect(await Self.refusal { _ = try await Self.write(set, on: [1]) } == .readOnly)
      set.member(1)?.state = .active
      let extents = try await Self.write(set, on: [1, 2])
      #expect(extents[0].volume == 1)
      // Alone, it says itself what is wrong with it.
      #expect(await Self.refusal { _ = try await Self.write(set, on: [2]) } == .readOnly)
    }
  }

  @Test func aVolumeThatIsNotHereIsDamage() async throws {
    try await Self.with(2) { set in
      let extent = try await Self.write(set, on: [1])[0]
      let elsewhere = ExtentLocation(
        volume: 7, segment: extent.segment, offset: extent.offset, length: extent.length,
        headerLength: extent.headerLength)
      #expect(await Self.refusal { try await Self.expect(1, set, [elsewhere]) } == .damaged)
      #expect(await Self.refusal { _ = try await set.audit(elsewhere) } == .damaged)
      #expect(await Self.refusal { try await set.inspect(elsewhere) } == .damaged)
      #expect(await Self.refusal { _ = try await set.walk(elsewhere.segmentID) } == .damaged)
      set.markDead([elsewhere])
      #expect(set.statistics().liveBytes == extent.footprint)
    }
  }

  @Test func segmentsAreSealedToBeEmptied() async throws {
    try await Self.with(2) { set in
      let extents = try await Self.write(set, on: [1])
      #expect(set.segmentUsage().filter { $0.liveBytes > 0 }.map(\.isSealed) == [false])
      await set.members[1].store.sealActive()
      #expect(set.segmentUsage().filter { $0.liveBytes > 0 }.map(\.isSealed) == [true])
      try await Self.expect(1, set, extents)
      // Writing begins a new one.
      let more = try await Self.write(set, on: [1], seed: 2)
      #expect(more[0].segment > extents[0].segment)
    }
  }

  private static func refusal(_ body: () async throws -> Void) async -> VolumeError.Code? {
    do { try await body() } catch let error as VolumeError { return error.code } catch { return nil }
    return nil
  }
}
