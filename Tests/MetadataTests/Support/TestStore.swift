import Glibc
import Metadata
import Ring
import Synchronization
import Testing

/// A directory of its own that goes away with the test.
final class TemporaryDirectory: Sendable {
  let path: String

  init() {
    path = "/tmp/weir-metadata-\(UInt64.random(in: 0 ... .max))"
    try? Directory.create(path)
  }

  deinit {
    for name in files() { unsafe unlink("\(store)/\(name)") }
    unsafe rmdir(store)
    unsafe rmdir(path)
  }

  var store: String { path + "/metadata" }

  func files() -> [String] {
    ((try? Directory.list(store)) ?? []).sorted()
  }
}

/// The wall clock of a test, moved by hand.
final class ManualClock: Sendable {
  private let now: Atomic<Int64>

  init(_ milliseconds: Int64) { now = Atomic(milliseconds) }

  var milliseconds: Int64 {
    get { now.load(ordering: .relaxed) }
    set { now.store(newValue, ordering: .relaxed) }
  }
}

/// The implementations that the behavioural suite runs on.
enum StoreKind: CaseIterable, CustomTestStringConvertible {
  case memory, logged, rocks
  var testDescription: String { "\(self)" }
}

/// Runs `body` on a fresh store and closes it.
func withStore(
  _ kind: StoreKind, clock: ManualClock? = nil,
  _ body: (any MetadataStore) async throws -> Void
) async throws {
  switch kind {
  case .memory:
    let store: MemoryMetadata
    if let clock {
      store = MemoryMetadata(wallMilliseconds: { clock.milliseconds })
    } else {
      store = MemoryMetadata()
    }
    try await body(store)
    store.close()
  case .logged:
    let directory = TemporaryDirectory()
    try Directory.create(directory.store)
    let rings = try RingGroup(count: 1, backend: .poll)
    let store = try await openLogged(directory, rings, clock: clock)
    try await body(store)
    store.close()
    rings.shutdown()
  case .rocks:
    let directory = TemporaryDirectory()
    let store = try openRocks(directory, clock: clock)
    try await body(store)
    store.close()
  }
}

func openLogged(
  _ directory: TemporaryDirectory, _ rings: RingGroup, clock: ManualClock? = nil
) async throws(MetadataError) -> LoggedMetadata {
  let path = directory.store + "/log"
  guard let clock else { return try await .open(path: path, ring: rings.rings[0]) }
  return try await .open(path: path, ring: rings.rings[0], wallMilliseconds: { clock.milliseconds })
}

func openRocks(
  _ directory: TemporaryDirectory, clock: ManualClock? = nil, blocking: BlockingPool = testPool,
  _ change: (inout MetadataOptions) -> Void = { _ in }
) throws(MetadataError) -> RocksMetadata {
  var options = MetadataOptions()
  if let clock { options.wallMilliseconds = { clock.milliseconds } }
  change(&options)
  return try RocksMetadata.open(path: directory.store, options: options, blocking: blocking)
}

/// An error a closure throws on purpose.
enum TestFailure: Error, MetadataFailure, Equatable {
  case refused(Int)
  case store(MetadataError)
  init(_ failure: MetadataError) { self = .store(failure) }
}

/// A key of table 0x54 ("T") from text.
func key(_ text: String) -> [UInt8] { [0x54] + Array(text.utf8) }
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
let anyKeyScope = UpdateScope.key(bucket: 1, key: [1])

extension MetadataStore {
  func put(_ key: [UInt8], _ value: [UInt8]) async throws(MetadataError) {
    try await update(anyKeyScope) { txn throws(MetadataError) in txn.put(key, value) }
  }

  /// All keys in a range, with their values, through a cursor.
  func entries(
    _ lower: [UInt8] = [1], _ upper: [UInt8]? = nil
  ) async throws(MetadataError) -> [MetadataEntry] {
    try await read { reader throws(MetadataError) in
      var result: [MetadataEntry] = []
      let cursor = reader.cursor(lower: lower, upper: upper)
      try cursor.seek(lower)
      while cursor.isValid {
        // SAFETY: copied before the cursor moves.
        result.append(MetadataEntry(key: unsafe [UInt8](cursor.key), value: unsafe [UInt8](cursor.value)))
        try cursor.next()
      }
      return result
    }
  }
}
