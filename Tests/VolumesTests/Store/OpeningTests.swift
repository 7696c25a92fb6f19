import Glibc
import Primitives
import Ring
import Testing

@testable import Volumes

struct OpeningTests {
  @Test func aClosedVolumeIsCutToItsData() async throws {
    try await TestVolume.with { volume in
      let extents = try await volume.on { try await volume.write(Pattern(seed: 1), 50_000, expected: nil) }
      await volume.store.close()
      await #expect(throws: VolumeError.self) {
        try await volume.on { try await volume.write(Pattern(seed: 1), 1, expected: nil) }
      }
      let again = try await volume.reopened()
      #expect(try again.segmentFiles().count == 1)
      let usage = again.store.segmentUsage()
      #expect(usage.map(\.segment) == [extents[0].segment])
      #expect(usage[0].usedBytes < 100_000)
      #expect(usage[0].liveBytes == 0)
      again.store.restoreUsage([
        SegmentUsage(volume: 3, segment: extents[0].segment, usedBytes: 0, liveBytes: extents[0].footprint)
      ])
      #expect(again.store.statistics().liveBytes == extents[0].footprint)
      again.store.markDead(extents)
      #expect(again.store.statistics().liveBytes == 0)
      #expect(again.store.segmentUsage()[0].deadBytes == usage[0].usedBytes)
      again.store.markDead(extents)
      again.store.markDead([ExtentLocation(volume: 3, segment: 999, offset: 4_096, length: 1)])
      #expect(again.store.statistics().liveBytes == 0)
      await again.store.close()
    }
  }

  /// What a crash leaves: preallocated tails, and files that are no segments.
  @Test func aCrashedVolumeIsSealedWithoutScanning() async throws {
    try await TestVolume.with { volume in
      let extents = try await volume.on { try await volume.write(Pattern(seed: 1), 3_000_000, expected: nil) }
      let copy = try TemporaryDirectory()
      defer { copy.remove() }
      // The files as they are now, tails and all: the store still runs.
      try Directory.create(copy.path + "/segments")
      try copyFile(volume.directory + "/volume", to: copy.path + "/volume")
      for name in try volume.segmentFiles() {
        try copyFile(volume.directory + "/segments/" + name, to: copy.path + "/segments/" + name)
      }
      try copyFile(volume.directory + "/volume", to: copy.path + "/segments/README")
      let store = try await VolumeStore.open(directory: copy.path, options: .small, rings: volume.rings)
      let crashed = TestVolume(store: store, rings: volume.rings, directory: copy.path)
      let used = store.segmentUsage().reduce(0) { $0 + $1.usedBytes }
      #expect(used < 4_000_000, "the preallocated tail is gone")
      try await crashed.on {
        try await crashed.expect(Pattern(seed: 1), extents, 0..<3_000_000)
        let more = try await crashed.write(Pattern(seed: 2), 10_000, expected: nil)
        #expect(!extents.map(\.segment).contains(more[0].segment), "old segments are never continued")
        #expect(more[0].segment > (extents.map(\.segment).max() ?? 0))
      }
      await store.close()
    }
  }

  @Test func aVolumeIsOpenedOnce() async throws {
    try await TestVolume.with { volume in
      let error = await #expect(throws: VolumeError.self) {
        _ = try await VolumeStore.open(directory: volume.directory, options: .small, rings: volume.rings)
      }
      #expect(error?.code == .inUse)
    }
  }

  @Test func whatIsNoVolumeIsLeftAlone() async throws {
    let rings = try RingGroup(count: 1, backend: .poll)
    defer { rings.shutdown() }
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    func expectRefusal(_ code: VolumeError.Code) async {
      await #expect(throws: VolumeError.self) { _ = try await VolumeStore.inspect(directory: directory.path) }
      let error = await #expect(throws: VolumeError.self) {
        _ = try await VolumeStore.open(directory: directory.path, options: .small, rings: rings)
      }
      #expect(error?.code == code)
    }
    let identity = directory.path + "/volume"
    try await VolumeStore.open(directory: directory.path, options: .small, rings: rings).close()
    try flipBit(identity, at: 20)
    await expectRefusal(.damaged)
    try flipBit(identity, at: 20)
    try flipBit(identity, at: 8, bit: 2)
    await expectRefusal(.format)
    try flipBit(identity, at: 8, bit: 2)
    try flipBit(identity, at: 0)
    await expectRefusal(.format)
    try flipBit(identity, at: 0)
    // Segments whose identity is gone are not a new volume.
    try copyFile(identity, to: directory.path + "/segments/00000001.seg")
    try Directory.remove(file: identity)
    await expectRefusal(.damaged)
    try Directory.remove(file: directory.path + "/segments/00000001.seg")
    let store = try await VolumeStore.open(directory: directory.path, options: .small, rings: rings)
    #expect(store.volumeNumber == 3)
    await store.close()
  }

  /// Looking changes nothing, and finds segments of a later release and of another volume.
  @Test func theNewestSegmentTells() async throws {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    #expect(try await VolumeStore.inspect(directory: directory.path + "/none") == nil)
    #expect(try await VolumeStore.inspect(directory: directory.path) == nil)
    #expect(try Directory.list(directory.path).isEmpty)
    try await TestVolume.with { volume in
      let extents = try await volume.on { try await volume.write(Pattern(seed: 1), 50_000, expected: nil) }
      let identity = try #require(try await VolumeStore.inspect(directory: volume.directory))
      #expect(identity == volume.store.identity)
      func header(_ segment: UInt32, _ version: UInt16, _ id: VolumeID) throws {
        var page = [UInt8](repeating: 0, count: VolumeFormat.pageSize)
        // SAFETY: the page has the size of a header.
        unsafe page.withUnsafeMutableBytes { page in
          let header = SegmentHeader(
            volume: 3, volumeID: id, segment: segment, createdMilliseconds: 0, capacity: 1 << 20)
          unsafe header.encode(into: page)
          unsafe page.store(version, at: 8)
          let sum = unsafe CRC.crc32c(UnsafeRawBufferPointer(page).part(0..<VolumeFormat.pageSize - 4))
          unsafe page.store(sum, at: VolumeFormat.pageSize - 4)
        }
        try writeFile(volume.directory + "/segments/" + SegmentName.string(segment), page)
      }
      let next = extents[0].segment + 10
      try header(next, 1, identity.id)
      #expect(try await VolumeStore.inspect(directory: volume.directory) == identity)
      try header(next, 2, identity.id)
      await Self.expect(.format, volume.directory)
      try header(next, 1, VolumeID(high: 1, low: 2))
      await Self.expect(.damaged, volume.directory)
      // A crash in the middle of making a segment leaves it without a header.
      try writeFile(volume.directory + "/segments/" + SegmentName.string(next), [0, 0, 0])
      #expect(try await VolumeStore.inspect(directory: volume.directory) == identity)
    }
  }

  private static func expect(_ code: VolumeError.Code, _ directory: String) async {
    let error = await #expect(throws: VolumeError.self) {
      _ = try await VolumeStore.inspect(directory: directory)
    }
    #expect(error?.code == code)
  }

  private func writeFile(_ path: String, _ bytes: [UInt8]) throws {
    let file = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { close(file) }
    // SAFETY: the array lives for the length of the call.
    try #require(unsafe write(file, bytes, bytes.count) == bytes.count)
  }

  @Test func segmentsRollOver() async throws {
    var options = VolumeOptions.small
    options.segmentSize = 1 << 20
    try await TestVolume.with(.auto, options) { volume in
      try await volume.on {
        var blobs: [(UInt64, UInt64, [ExtentLocation])] = []
        for index in 0..<120 as Range<UInt64> {
          let size = index % 10 == 0 ? 900_000 : 40_000 + index
          blobs.append((index, size, try await volume.write(Pattern(seed: index), size, expected: size)))
        }
        #expect(Set(blobs.flatMap(\.2).map(\.segment)).count > 10)
        for (seed, size, extents) in blobs { try await volume.expect(Pattern(seed: seed), extents, 0..<size) }
      }
      let statistics = volume.store.statistics()
      #expect(statistics.segments > 10)
      #expect(statistics.diskTotalBytes > statistics.diskFreeBytes)
    }
  }

  /// More segments than files that may be open.
  @Test func filesAreOpenedAgain() async throws {
    var options = VolumeOptions.small
    options.segmentSize = 1 << 20
    options.openSegmentsMax = 8
    try await TestVolume.with(.auto, options) { volume in
      try await volume.on {
        let blobs = try await (0..<30 as Range<UInt64>).asyncMap { seed in
          try await volume.write(Pattern(seed: seed), 700_000, expected: 700_000)
        }
        for _ in 0..<2 {
          for (seed, extents) in blobs.enumerated() {
            try await volume.expect(Pattern(seed: UInt64(seed)), extents, 0..<700_000)
          }
        }
      }
    }
  }

  private func copyFile(_ source: String, to target: String) throws {
    let input = unsafe Glibc.open(source, O_RDONLY)
    let output = unsafe Glibc.open(target, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer {
      close(input)
      close(output)
    }
    let size = lseek(input, 0, SEEK_END)
    // Holes stay holes, as a preallocated tail is one to the copy.
    try #require(ftruncate(output, size) == 0)
    var buffer = [UInt8](repeating: 0, count: 4_096)
    var position: off_t = 0
    while position < size {
      let count = unsafe pread(input, &buffer, 4_096, position)
      try #require(count > 0)
      if buffer[..<count].contains(where: { $0 != 0 }) { _ = unsafe pwrite(output, buffer, count, position) }
      position += off_t(count)
    }
  }
}

extension Sequence {
  func asyncMap<T>(_ transform: (Element) async throws -> T) async throws -> [T] {
    var result: [T] = []
    for element in self { result.append(try await transform(element)) }
    return result
  }
}
