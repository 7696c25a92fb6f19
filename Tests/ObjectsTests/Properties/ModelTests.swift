import Primitives
import Ring
import Testing
import Volumes

@testable import Objects

/// Random operations against a dictionary, with an audit of all rows on the way, and a restart now and then.
@Suite struct ModelTests {
  @Test(arguments: TestStore.Kind.allCases, 0..<3)
  func operationsAreWhatTheModelSays(_ kind: TestStore.Kind, _ run: Int) async throws {
    let seed = UInt64.random(in: 0 ... .max)
    var limits = ObjectLimits.small
    limits.smallestPart = 0
    try await TestStore.with(kind, limits: limits) { store in
      var world = World(store: store, bucket: try await store.bucket(), seed: seed)
      for step in 0..<250 {
        do {
          try await world.step()
          if step % 10 == 0 { try await world.check() }
          if step % 100 == 99 { try await world.restart() }
        } catch {
          Issue.record("seed \(seed), step \(step): \(error)")
          return
        }
      }
      try await world.check()
      try await world.empty()
      let statistics = world.store.volumes.statistics()
      #expect(statistics.liveBytes == 0, "seed \(seed)")
      if world.store.kind == .rocks { await world.store.close() }
    }
  }
}

/// The store under test and what it should hold.
private struct World {
  var store: TestStore
  let bucket: BucketInfo
  let seed: UInt64
  private var generator: SeededGenerator
  private var objects: [String: [UInt8]] = [:]
  private var classes: [String: StorageClass] = [:]
  private var uploads: [(info: UploadInfo, parts: [Int: (info: PartInfo, bytes: [UInt8])])] = []
  private let names = (0..<9).map { "k\($0)" }
  /// What is archived could not be read.
  private static let classes = StorageClass.allCases.filter { !$0.isArchive }

  init(store: TestStore, bucket: BucketInfo, seed: UInt64) {
    self.store = store
    self.bucket = bucket
    self.seed = seed
    generator = SeededGenerator(seed: seed)
  }

  private mutating func name() -> String { names.randomElement(using: &generator) ?? "k" }

  private mutating func bytes() -> [UInt8] {
    let sizes = [0, 10, 4096, 4097, 70_000, 140_000, 300_000, 700_000]
    let size = (sizes.randomElement(using: &generator) ?? 0) + Int.random(in: 0...3, using: &generator)
    return patternBytes(size, seed: generator.next())
  }

  mutating func step() async throws {
    switch Int.random(in: 0..<12, using: &generator) {
    case 0, 1: try await put()
    case 2: try await delete()
    case 3, 4: try await copy()
    case 5:
      uploads.append((try await store.begin(bucket, name()), [:]))
    case 6, 7: try await uploadPart()
    case 8, 9: try await copyPart()
    case 10: try await complete()
    default: if Int.random(in: 0..<3, using: &generator) == 0 { try await abort() }
    }
  }

  private mutating func put() async throws {
    let key = name()
    let content = bytes()
    let storageClass = Self.classes.randomElement(using: &generator) ?? .standard
    try await store.put(bucket, key, content) { $0.storageClass = storageClass }
    objects[key] = content
    classes[key] = storageClass
  }

  private mutating func delete() async throws {
    let key = name()
    let result = try await store.delete(bucket, key)
    #expect(result.existed == (objects[key] != nil), "seed \(seed)")
    objects[key] = nil
    classes[key] = nil
  }

  private mutating func copy() async throws {
    let (from, to) = (name(), name())
    guard let content = objects[from] else { return }
    let storageClass = Self.classes.randomElement(using: &generator) ?? .standard
    let result = try await store.copy((bucket, from), to: (bucket, to)) { $0.storageClass = storageClass }
    classes[to] = storageClass
    #expect(result.etag.md5 == MD5.hash(content), "seed \(seed)")
    objects[to] = content
  }

  private mutating func uploadPart() async throws {
    guard let index = uploads.indices.randomElement(using: &generator) else { return }
    let number = Int.random(in: 1...30, using: &generator)
    let content = bytes()
    let info = try await store.part(bucket, uploads[index].info, number, content)
    uploads[index].parts[number] = (info, content)
  }

  private mutating func copyPart() async throws {
    guard let index = uploads.indices.randomElement(using: &generator),
      let (from, content) = objects.sorted(by: { $0.key < $1.key }).randomElement(using: &generator)
    else { return }
    let number = Int.random(in: 1...30, using: &generator)
    var range: Range<UInt64>?
    if content.count > 1, Bool.random(using: &generator) {
      let lower = Int.random(in: 0..<content.count, using: &generator)
      let upper = Int.random(in: (lower + 1)...content.count, using: &generator)
      range = UInt64(lower)..<UInt64(upper)
    }
    if content.count > 4 << 20 && range == nil { return }
    if let wanted = range, wanted.count > 4 << 20 { return }
    let info = try await store.partCopy(bucket, uploads[index].info, number, from: from, range)
    let part = range.map { Array(content[Int($0.lowerBound)..<Int($0.upperBound)]) } ?? content
    uploads[index].parts[number] = (info, part)
  }

  private mutating func complete() async throws {
    guard let index = uploads.indices.randomElement(using: &generator) else { return }
    let upload = uploads[index]
    let listed = upload.parts.sorted { $0.key < $1.key }.filter { _ in
      Int.random(in: 0..<5, using: &generator) > 0
    }
    guard !listed.isEmpty else { return }
    let content = listed.flatMap(\.value.bytes)
    guard content.count <= 5 << 20 else { return try await abort() }
    let result = try await store.complete(bucket, upload.info, listed.map(\.value.info))
    #expect(result.size == UInt64(content.count), "seed \(seed)")
    objects[upload.info.key.string] = content
    classes[upload.info.key.string] = .standard
    uploads.remove(at: index)
  }

  private mutating func abort() async throws {
    guard let index = uploads.indices.randomElement(using: &generator) else { return }
    try await store.abort(bucket, uploads[index].info)
    uploads.remove(at: index)
  }

  /// Everything the store says against the model.
  mutating func check() async throws {
    let page = try await store.objects.listObjects(ListObjectsRequest(bucket: bucket))
    let listed = page.entries.map { String(decoding: page.key($0), as: UTF8Text.self) }
    #expect(listed == objects.keys.sorted(), "seed \(seed)")
    for (key, content) in objects.sorted(by: { $0.key < $1.key }) {
      let object = try await store.objects.openObject(
        bucket: bucket, key: ObjectKey(validating: Array(key.utf8)))
      let read = try await store.read(object)
      #expect(read == content, "seed \(seed), \(key)")
      let lower = Int.random(in: 0...content.count, using: &generator)
      let upper = Int.random(in: lower...content.count, using: &generator)
      let part = try await store.read(object, UInt64(lower)..<UInt64(upper))
      #expect(part == Array(content[lower..<upper]), "seed \(seed), \(key)")
    }
    let pending = try await store.objects.listMultipartUploads(ListMultipartUploadsRequest(bucket: bucket))
    #expect(pending.entries.count == uploads.count, "seed \(seed)")
    let usage = try await store.objects.usage(of: bucket)
    let total = objects.values.reduce(0) { $0 + $1.count }
    var byClass: [StorageClass: ClassUsage] = [:]
    for (key, storageClass) in classes where storageClass != .standard {
      byClass[storageClass, default: ClassUsage()] =
        byClass[storageClass, default: ClassUsage()]
        + ClassUsage(objects: 1, bytes: Int64(objects[key]?.count ?? 0))
    }
    let counted = BucketUsage(
      objects: Int64(objects.count), bytes: Int64(total), uploads: Int64(uploads.count), classes: byClass)
    #expect(usage == counted, "seed \(seed)")
    try await expectSound(store, "seed \(seed)")
  }

  mutating func restart() async throws {
    store = try await store.reopened()
    try await check()
  }

  mutating func empty() async throws {
    for key in objects.keys.sorted() { try await store.delete(bucket, key) }
    for upload in uploads { try await store.abort(bucket, upload.info) }
    objects = [:]
    classes = [:]
    uploads = []
    try await check()
  }
}
