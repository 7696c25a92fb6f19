import Glibc
import Ring
import Synchronization
import Testing

@testable import Volumes

/// A volume in a directory of its own, with rings of its own, for the length of a test.
struct TestVolume: Sendable {
  let store: VolumeStore
  let rings: RingGroup
  let directory: String

  /// Runs `body` on a fresh volume and removes everything afterwards.
  static func with(
    _ backend: IOBackend = .auto, rings count: Int = 1, _ options: VolumeOptions = .small,
    _ body: (TestVolume) async throws -> Void
  ) async throws {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    let rings = try RingGroup(count: count, backend: backend)
    do {
      let store = try await VolumeStore.open(directory: directory.path, options: options, rings: rings)
      try await body(TestVolume(store: store, rings: rings, directory: directory.path))
      await store.close()
    } catch {
      rings.shutdown()
      throw error
    }
    rings.shutdown()
  }

  /// Closes the store and opens the volume again.
  func reopened(_ options: VolumeOptions = .small) async throws -> TestVolume {
    await store.close()
    let store = try await VolumeStore.open(directory: directory, options: options, rings: rings)
    return TestVolume(store: store, rings: rings, directory: directory)
  }

  /// Runs `body` on a ring.
  func on<R: Sendable>(
    _ ring: Int = 0, _ body: @Sendable @escaping () async throws -> R
  ) async throws -> R {
    try await rings.rings[ring].run {
      do { return Result<R, any Error>.success(try await body()) } catch { return .failure(error) }
    }.get()
  }

  /// Writes a blob of the pattern's first `length` bytes in pieces of at most `piece`, on the current ring.
  func write(
    _ pattern: Pattern, _ length: UInt64, expected: UInt64?, piece: Int = .max, finish: Bool = true
  ) async throws -> [ExtentLocation] {
    let writer = try await store.makeWriter(.test(pattern.seed), expectedLength: expected)
    var done: UInt64 = 0
    while done < length {
      let space = try await unsafe writer.nextBuffer()
      #expect(space.count > 0 && space.count <= 256 << 10)
      let count = min(space.count, piece, Int(length - done))
      let bytes = pattern.bytes(done..<done + UInt64(count))
      // SAFETY: `count` bytes fit the space.
      unsafe bytes.withUnsafeBytes { unsafe space.copyMemory(from: $0) }
      try await writer.advance(count)
      done += UInt64(count)
    }
    // A caller that reads until the end of its input asks for space once more.
    _ = try await unsafe writer.nextBuffer()
    guard finish else {
      await writer.abandon()
      return []
    }
    return try await writer.finish()
  }

  /// Checks that a range of extents reads as the pattern, on the current ring.
  func expect(_ pattern: Pattern, _ extents: [ExtentLocation], _ range: Range<UInt64>) async throws {
    let reader = store.makeReader(extents, range: range)
    var position = range.lowerBound
    while let bytes = try await unsafe reader.next() {
      let end = position + UInt64(bytes.count)
      #expect(bytes.count > 0 && end <= range.upperBound)
      #expect(unsafe pattern.matches(bytes, at: position), "at \(position)")
      position = end
    }
    #expect(position == range.upperBound)
    await reader.close()
  }

  /// Reads a range to its end and throws what the reader throws, on the current ring.
  func read(_ extents: [ExtentLocation], _ range: Range<UInt64>) async throws {
    let reader = store.makeReader(extents, range: range)
    while try await unsafe reader.next() != nil {}
  }

  /// The segment files' names.
  func segmentFiles() throws -> [String] { try Directory.list(directory + "/segments") }

  /// The path of a location's segment.
  func path(_ location: ExtentLocation) -> String {
    directory + "/segments/" + SegmentName.string(location.segment)
  }

  /// Buffers out of the rings' pools: none when nobody writes or reads. Waits a while for there to be none, for a
  /// segment that is made ahead borrows one.
  var buffersOutstanding: Int {
    for _ in 0..<2_000 where outstanding > 0 { usleep(1_000) }
    return outstanding
  }

  private var outstanding: Int {
    rings.rings.reduce(0) { $0 + Int($1.statistics.buffersOutstanding.current) }
  }
}

extension VolumeOptions {
  /// Segments small enough that tests roll over, on any disk.
  static var small: VolumeOptions {
    var options = VolumeOptions()
    options.segmentSize = 8 << 20
    options.extentSizeMax = 2 << 20
    options.freeBytesReserve = 0
    options.volumeNumber = 3
    return options
  }
}

extension ExtentDescription {
  /// A description that names the seed.
  static func test(_ seed: UInt64) -> ExtentDescription {
    ExtentDescription(
      blob: BlobID(high: 0xB10B, low: seed), bucket: 1, bucketName: "bucket", key: Array("key-\(seed)".utf8),
      version: seed)
  }
}

extension Array<ExtentLocation> {
  /// Payload bytes.
  var total: UInt64 { reduce(0) { $0 + $1.length } }
}

/// A directory that is removed with all it holds.
struct TemporaryDirectory {
  let path: String
  private static let counter = Atomic<Int>(0)

  init() throws {
    let number = Self.counter.add(1, ordering: .relaxed).newValue
    path = "/tmp/weir-volumes-tests-\(getpid())-\(number)"
    try Directory.create(path)
  }

  // SAFETY: paths are strings for the length of the calls.
  func remove() {
    for folder in ["/segments", ""] {
      for name in (try? Directory.list(path + folder)) ?? [] { _ = unsafe unlink(path + folder + "/" + name) }
      _ = unsafe rmdir(path + folder)
    }
    _ = unsafe rmdir(path)
  }
}

/// Flips one bit of a file.
func flipBit(_ path: String, at offset: UInt64, bit: Int = 0) throws {
  let descriptor = unsafe Glibc.open(path, O_RDWR)
  defer { close(descriptor) }
  var byte: UInt8 = 0
  // SAFETY: one byte to and from a local.
  try #require(unsafe pread(descriptor, &byte, 1, off_t(offset)) == 1)
  byte ^= 1 << bit
  try #require(unsafe pwrite(descriptor, &byte, 1, off_t(offset)) == 1)
}
