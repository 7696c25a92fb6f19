import Glibc
import Metadata
import Primitives
import Ring
import Testing
import Volumes

@testable import Objects

/// An object store over real volumes on real rings, and metadata of either kind, in a directory of its own.
struct TestStore: Sendable {
  enum Kind: String, CaseIterable, Sendable {
    case memory
    case rocks
  }

  let kind: Kind
  let rings: RingGroup
  let directory: String
  let metadata: any MetadataStore
  let volumes: VolumeSet
  let objects: ObjectStore
  let limits: ObjectLimits
  let clock: MovedClock?

  static let owner = PrincipalID("aa01")
  static let other = PrincipalID("bb02")

  /// Runs `body` on the first ring, with a fresh store, and removes everything afterwards.
  static func with(
    _ kind: Kind = .memory, limits: ObjectLimits = ObjectLimits(), rings count: Int = 1,
    volumes options: VolumeOptions = .small, volumeCount: Int = 1, clock: MovedClock? = nil,
    _ body: @escaping @Sendable (TestStore) async throws -> Void
  ) async throws {
    let directory = "/tmp/weir-objects-\(UInt64.random(in: 0 ... .max))"
    try Directory.create(directory)
    defer { remove(directory) }
    let rings = try RingGroup(count: count, backend: .auto)
    let outcome = await rings.rings[0].run { () -> Result<Void, any Error> in
      do {
        let metadata = try openMetadata(kind, directory, rings, clock)
        let volumes = try await openVolumes(directory, volumeCount, options, rings, metadata)
        let store = try await open(kind, rings, directory, metadata, volumes, limits, clock)
        try await body(store)
        await store.close()
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    rings.shutdown()
    try outcome.get()
  }

  private static func openMetadata(
    _ kind: Kind, _ directory: String, _ rings: RingGroup, _ clock: MovedClock? = nil
  ) throws -> any MetadataStore {
    var options = MetadataOptions()
    if let clock { options.wallMilliseconds = { clock.now.milliseconds } }
    return switch kind {
    case .memory: MemoryMetadata(wallMilliseconds: options.wallMilliseconds)
    case .rocks:
      try RocksMetadata.open(path: directory + "/metadata", options: options, blocking: rings.blocking)
    }
  }

  private static func open(
    _ kind: Kind, _ rings: RingGroup, _ directory: String, _ metadata: any MetadataStore,
    _ volumes: VolumeSet, _ limits: ObjectLimits, _ clock: MovedClock?
  ) async throws -> TestStore {
    let objects = try await ObjectStore.open(metadata: metadata, volumes: volumes, limits: limits)
    return TestStore(
      kind: kind, rings: rings, directory: directory, metadata: metadata, volumes: volumes,
      objects: objects, limits: limits, clock: clock)
  }

  static func openVolumes(
    _ directory: String, _ count: Int, _ options: VolumeOptions, _ rings: RingGroup,
    _ metadata: any MetadataStore
  ) async throws -> VolumeSet {
    let records = try await ObjectStore.recordedVolumes(in: metadata)
    var members: [VolumeMember] = []
    for number in 0..<count {
      var options = options
      options.volumeNumber = UInt16(number)
      let path = directory + (number == 0 ? "/volume" : "/volume\(number)")
      let store = try await VolumeStore.open(directory: path, options: options, rings: rings)
      members.append(
        VolumeMember(
          name: number == 0 ? VolumeSet.mainName : "v\(number)", directory: number == 0 ? "" : path,
          store: store, state: records[UInt16(number)]?.state ?? .active))
    }
    return VolumeSet(members)
  }

  /// As after a restart. Metadata in memory stays what it is.
  func reopened(_ replacement: (any MetadataStore)? = nil) async throws -> TestStore {
    await volumes.close()
    var next = replacement ?? metadata
    if kind == .rocks && replacement == nil {
      let old = metadata
      await rings.blocking.run { old.close() }
      next = try Self.openMetadata(kind, directory, rings, clock)
    }
    let opened = try await Self.openVolumes(
      directory, volumes.members.count, .small, rings, next)
    return try await Self.open(kind, rings, directory, next, opened, limits, clock)
  }

  func close() async {
    await volumes.close()
    let metadata = metadata
    await rings.blocking.run { metadata.close() }
  }

  static func remove(_ path: String) {
    for name in (try? Directory.list(path)) ?? [] {
      let child = path + "/" + name
      if unsafe unlink(child) != 0 { remove(child) }
    }
    unsafe rmdir(path)
  }
}

extension VolumeOptions {
  /// Small segments and extents, so that tests meet their ends.
  static var small: VolumeOptions {
    var options = VolumeOptions()
    options.segmentSize = 4 << 20
    options.extentSizeMax = 256 << 10
    options.freeBytesReserve = 0
    options.syncMode = .none
    return options
  }
}

extension ObjectLimits {
  /// Limits that tests can reach.
  static var small: ObjectLimits {
    var limits = ObjectLimits()
    limits.largestUpload = 4 << 20
    limits.largestCopySource = 6 << 20
    limits.smallestPart = 1000
    limits.partCount = 600
    limits.rowsPerCleanup = 8
    limits.rowsPerStep = 20
    limits.embeddedPartsBytes = 600
    limits.manifestRowBytes = 700
    limits.manifestRowsPerCommit = 3
    limits.concurrentDeletes = 7
    return limits
  }
}
