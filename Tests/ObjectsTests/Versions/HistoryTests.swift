import Glibc
import Metadata
import Primitives
import Ring
import Testing

@testable import Objects

/// Random histories against a model that kept everything: for every moment, what the bucket was then. Restores meet
/// others that write the same keys, and machines that stop; now and then one is undone.
@Suite struct HistoryTests {
  enum Keeping: String, CaseIterable, Sendable {
    /// Versioning only: what is deleted for good is gone, and moments that would show it are refused.
    case versions
    /// A recovery window: every moment can be shown, whatever was deleted.
    case window
  }

  @Test(arguments: TestStore.Kind.allCases, Keeping.allCases)
  func everyMomentIsWhatItWas(_ kind: TestStore.Kind, _ keeping: Keeping) async throws {
    try await run(kind, keeping, .small)
  }

  /// Every listing as of a moment is made in many reads.
  @Test(arguments: Keeping.allCases)
  func soItIsInManyReads(_ keeping: Keeping) async throws {
    var limits = ObjectLimits.small
    limits.rowsPerListing = 1
    try await run(.memory, keeping, limits)
  }

  /// `WEIR_HISTORY_SEED`: the seed of a run that failed, to have it once more.
  private static var givenSeed: UInt64? {
    // SAFETY: getenv's string is copied at once; nothing here changes the environment.
    unsafe getenv("WEIR_HISTORY_SEED").flatMap { unsafe UInt64(String(cString: $0)) }
  }

  private func run(
    _ kind: TestStore.Kind, _ keeping: Keeping, _ base: ObjectLimits
  ) async throws {
    let seed = Self.givenSeed ?? UInt64.random(in: 0 ... .max)
    var limits = base
    limits.smallestPart = 0
    limits.pageLength = 7
    try await TestStore.with(kind, limits: limits) { store in
      var history = try await RandomHistory(store, keeping, seed: seed)
      for step in 0..<160 {
        do {
          try await history.step()
          if step % 8 == 0 { try await history.checkNow() }
          if step % 80 == 79 { try await history.restart() }
        } catch {
          Issue.record("seed \(seed), step \(step): \(error)")
          return
        }
      }
      try await history.checkAllMoments()
      try await expectSound(history.store, "seed \(seed)")
      if history.store.kind == .rocks { await history.store.close() }
    }
  }
}

/// A store, and a model of one of its buckets, that random operations change alike.
private struct RandomHistory {
  var store: TestStore
  let keeping: HistoryTests.Keeping
  let seed: UInt64
  private var bucket: BucketInfo
  private var generator: SeededGenerator
  private var model = HistoryModel()
  /// Before it not everything is kept.
  private var since: UInt64 = 0
  private var views: [ViewInfo] = []
  private var viewsMade = 0
  private var wasPurged = false
  private let names = ["a", "a/b", "a/c", "b", "b\u{0}", "d/e/f", "z"]

  init(_ store: TestStore, _ keeping: HistoryTests.Keeping, seed: UInt64) async throws {
    self.store = store
    self.keeping = keeping
    self.seed = seed
    generator = SeededGenerator(seed: seed)
    bucket = try await store.bucket()
    if keeping == .window {
      bucket = try await store.objects.setRecoveryWindow(seconds: 86_400, of: bucket)
      since = bucket.settings.historySince?.rawValue ?? 0
    } else {
      try await setVersioning(.enabled)
    }
  }

  private mutating func setVersioning(_ state: VersioningState) async throws {
    bucket = try await store.objects.setVersioning(state, of: bucket)
    model.versioning = state
    if since == 0 { since = bucket.settings.historySince?.rawValue ?? 0 }
  }

  mutating func step() async throws {
    let name = names.randomElement(using: &generator) ?? "a"
    switch Int.random(in: 0..<28, using: &generator) {
    case 0..<8: try await put(name)
    case 8..<12: try await delete(name)
    case 12..<15: try await remove(name)
    case 15..<17: try await copy(from: name)
    case 17: try await complete(name)
    case 18:
      // Changes nothing that a moment shows.
      let tags = TagSet([.init(key: "t", value: "\(seed)")])
      _ = try? await store.objects.setTags(tags, bucket: bucket, key: key(name))
    case 19, 20: try await restore()
    case 21: try await makeView()
    case 22: try await dropView()
    case 23: try await purge()
    case 24: try await crash(name)
    case 25, 26: try await undelete()
    default:
      if model.versioning == .unversioned, Int.random(in: 0..<2, using: &generator) > 0 { return }
      try await setVersioning(model.versioning == .enabled ? .suspended : .enabled)
    }
  }

  private mutating func bytes() -> [UInt8] {
    let size = [0, 9, 4096, 4097, 70_000].randomElement(using: &generator) ?? 0
    return patternBytes(size, seed: generator.next())
  }

  private mutating func put(_ name: String) async throws {
    let bytes = bytes()
    let written = try await store.put(bucket, name, bytes)
    model.write(name, written.version.rawValue, bytes)
    model.note(written.version.rawValue)
    #expect(written.label == (bucket.isVersioned ? model.state[name]?.first?.label : nil), "seed \(seed)")
  }

  private mutating func delete(_ name: String) async throws {
    let existed = model.state[name] != nil
    let deleted = try await store.delete(bucket, name)
    if !bucket.isVersioned && !existed {
      #expect(!deleted.existed && deleted.label == nil, "seed \(seed)")
      return
    }
    let now = try await lastCommit(name)
    if bucket.isVersioned {
      model.delete(name, now)
      #expect(deleted.isDeleteMarker && deleted.label == model.state[name]?.first?.label, "seed \(seed)")
    } else {
      model.delete(name, now)
      #expect(deleted.existed == existed && deleted.label == nil, "seed \(seed)")
    }
    model.note(now)
  }

  /// Deletes a version for good.
  private mutating func remove(_ name: String) async throws {
    guard let version = model.state[name]?.randomElement(using: &generator) else { return }
    let request = DeleteObjectRequest(bucket: bucket, key: try key(name), version: version.label)
    let deleted = try await store.objects.deleteObject(request)
    #expect(deleted.existed && deleted.isDeleteMarker == (version.bytes == nil), "seed \(seed)")
    model.remove(name, version.label)
    model.note(try await lastCommit(name))
  }

  /// Restores an old version, as clients do: by a copy onto the same key or another.
  private mutating func copy(from name: String) async throws {
    guard let version = model.state[name]?.randomElement(using: &generator), let bytes = version.bytes else {
      return
    }
    let target = names.randomElement(using: &generator) ?? name
    let made = try await store.copy((bucket, name), to: (bucket, target)) {
      $0.source.version = version.label
    }
    model.write(target, made.version.rawValue, bytes)
    model.note(made.version.rawValue)
  }

  private mutating func complete(_ name: String) async throws {
    let upload = try await store.begin(bucket, name)
    var all: [UInt8] = []
    var parts: [PartInfo] = []
    for number in 1...Int.random(in: 1...12, using: &generator) {
      let bytes = patternBytes(5_000 + number, seed: generator.next())
      parts.append(try await store.part(bucket, upload, number, bytes))
      all += bytes
    }
    let made = try await store.complete(bucket, upload, parts)
    model.write(name, made.version.rawValue, all)
    model.note(made.version.rawValue)
  }

  /// The time of the key's last change, by the index of changes; else a time after every change.
  private func lastCommit(_ name: String) async throws -> UInt64 {
    let id = bucket.id
    let wanted = Array(name.utf8)
    let found = try await store.metadata.read { (reader) throws(ObjectError) -> UInt64? in
      let prefix = ObjectTables.bucketPrefix(ObjectTables.changes, id)
      let rows = try ObjectStore.rows(reader, from: prefix, prefix: prefix, limit: 100_000)
      return rows.last { $0.key.dropFirst(17).elementsEqual(wanted) }.map {
        $0.key[9..<17].reduce(0) { $0 << 8 | UInt64($1) }
      }
    }
    return try #require(found)
  }

  mutating func restart() async throws { store = try await store.reopened() }

  /// A moment that the bucket had a change at, and of which everything is kept: be it by a view alone.
  private mutating func moment() async throws -> Moment? {
    if Int.random(in: 0..<3, using: &generator) == 0, let view = views.randomElement(using: &generator) {
      return view.asOf
    }
    guard let earliest = try await store.objects.restorable(bucket).earliest else { return nil }
    return model.past.map(\.at).filter { $0 >= earliest.rawValue }.randomElement(using: &generator)
      .map { Moment(rawValue: $0) }
  }

  /// Restores the bucket to a moment, and now and then undoes it.
  private mutating func restore() async throws {
    guard let asOf = try await moment() else { return }
    let before = HistoryModel.current(model.state)
    let job = try await restore(asOf, HistoryModel.current(model.state(asOf: asOf.rawValue)))
    guard job.changed > 0, Int.random(in: 0..<2, using: &generator) == 0 else { return }
    #expect(try await store.objects.canUndo(job), "seed \(seed)")
    _ = try await restore(Moment(rawValue: job.id), before)
  }

  /// Restores the bucket to a moment at which it held `then`; what that wrote is looked up, and must be what the moment
  /// asks for.
  private mutating func restore(_ asOf: Moment, _ then: [String: [UInt8]]) async throws -> RestoreJob {
    var job = try await store.objects.beginRestore(RestoreRequest(.restore(asOf: asOf), bucket: bucket))
    bucket = try store.objects.bucket(named: "bucket")
    let rivals = try await meetRivals()
    if Int.random(in: 0..<4, using: &generator) == 0 { try await crash(amid: job) }
    job = try await store.run(try await store.objects.restoreJob(id: job.id))
    bucket = try store.objects.bucket(named: "bucket")
    let changes = try await store.changes(job)
    #expect(
      job.state == .done && Set(changes.filter { $0.value == .skip }.keys).isSubset(of: rivals),
      "seed \(seed)")
    var last: UInt64 = 0
    for name in names {
      let now = HistoryModel.current(model.state)[name]
      switch changes[name] ?? .unchanged {
      case _ where rivals.contains(name):
        #expect(changes[name] == .skip || changes[name] == nil, "seed \(seed), \(name)")
      case .create, .replace:
        let at = try await lastCommit(name)
        model.write(name, at, then[name])
        last = max(last, at)
        #expect(then[name] != nil && (now == nil) == (changes[name] == .create), "seed \(seed), \(name)")
      case .delete:
        let at = try await lastCommit(name)
        model.delete(name, at)
        last = max(last, at)
        #expect(then[name] == nil && now != nil, "seed \(seed), \(name)")
      case .unchanged: #expect(now == then[name], "seed \(seed), \(name)")
      case .pending, .skip, .fail: Issue.record("seed \(seed): \(name) was left out")
      }
    }
    if last > 0 { model.note(last) }
    try await check(model.state, asOf: nil)
    return job
  }

  /// Takes away the delete markers of a time, or of all times.
  private mutating func undelete() async throws {
    guard bucket.isVersioned, let first = model.past.first?.at else { return }
    let all = first...UInt64.max
    let some = model.past.map(\.at).randomElement(using: &generator).map { $0...UInt64.max }
    let time = (Bool.random(using: &generator) ? some : nil) ?? all
    let job = try await store.restore(
      .undelete(from: Moment(rawValue: time.lowerBound), to: store.objects.present), bucket)
    bucket = try store.objects.bucket(named: "bucket")
    let changes = try await store.changes(job)
    var expected: Set<String> = []
    var last: UInt64 = 0
    for (name, markers) in model.markersOnTop where markers.allSatisfy({ time.contains($0.id) }) {
      expected.insert(name)
      for marker in markers { model.remove(name, marker.label) }
      last = max(last, try await lastCommit(name))
    }
    let done = Set(changes.filter { $0.value == .create }.keys)
    #expect(job.state == .done && done == expected, "seed \(seed)")
    if last > 0 { model.note(last) }
    try await check(model.state, asOf: nil)
  }

  /// Somebody writes or deletes keys while a restore is under way. Gives the keys that were changed.
  private mutating func meetRivals() async throws -> Set<String> {
    var changed: Set<String> = []
    while Int.random(in: 0..<3, using: &generator) == 0 {
      let name = names.randomElement(using: &generator) ?? "a"
      let count = model.past.count
      if Bool.random(using: &generator) { try await put(name) } else { try await delete(name) }
      if model.past.count > count { changed.insert(name) }
    }
    return changed
  }

  /// The machine stops behind some of a restore's commits.
  private mutating func crash(amid job: RestoreJob) async throws {
    let metadata = store.metadata
    let updates = Int.random(in: 0...3, using: &generator)
    let broken = try await store.reopened(FailingMetadata(metadata, updates: updates))
    do { _ = try await broken.run(job) } catch ObjectError.storage {}
    store = try await broken.reopened(metadata)
    bucket = try store.objects.bucket(named: "bucket")
  }

  private mutating func makeView() async throws {
    guard views.count < 3, let asOf = try await moment() else { return }
    viewsMade += 1
    let name = try BucketName(validating: "view-\(viewsMade)")
    views.append(try await store.objects.createView(name: name, bucket: bucket, asOf: asOf))
    bucket = try store.objects.bucket(named: "bucket")
  }

  private mutating func dropView() async throws {
    guard let view = views.popLast() else { return }
    try await store.objects.deleteView(named: view.name.string)
    bucket = try store.objects.bucket(named: "bucket")
  }

  /// As if the recovery window were over.
  private mutating func purge() async throws {
    guard Int.random(in: 0..<2, using: &generator) == 0 else { return }
    let later = Timestamp(milliseconds: Timestamp.now().milliseconds + 100_000_000)
    if try await store.purge(bucket, now: later) > 0 { wasPurged = true }
    let left = try await store.changes(of: bucket)
    let bound = try await store.history(of: bucket).trimmable(bucket.settings)
    #expect(left.allSatisfy { $0 > bound }, "seed \(seed)")
  }

  /// The machine stops before an operation has committed anything: nothing of it may be seen.
  private mutating func crash(_ name: String) async throws {
    let broken = try await store.reopened(FailingMetadata(store.metadata, updates: 0))
    _ = try? await broken.put(bucket, name, patternBytes(70_000))
    _ = try? await broken.delete(bucket, name)
    let metadata = store.metadata
    store = try await broken.reopened(metadata)
    bucket = try store.objects.bucket(named: "bucket")
  }

  /// Current objects, all versions, and each version's bytes; and what the views show.
  func checkNow() async throws {
    try await check(model.state, asOf: nil)
    for view in views {
      let shown = try await store.contents(bucket, asOf: view.asOf)
      #expect(shown == HistoryModel.current(model.state(asOf: view.asOf.rawValue)), "seed \(seed), a view")
    }
    for (name, versions) in model.state {
      for version in versions {
        guard let bytes = version.bytes else { continue }
        let object = try await store.objects.openObject(
          bucket: bucket, key: key(name), version: version.label)
        #expect(try await store.read(object) == bytes, "seed \(seed), \(name) \(version.label)")
      }
    }
  }

  func checkAllMoments() async throws {
    let span = try await store.objects.restorable(bucket)
    let earliest = try #require(span.earliest?.rawValue)
    if keeping == .window && !wasPurged { #expect(earliest == since, "seed \(seed)") }
    for (at, state) in model.past where at >= since {
      guard at >= earliest else {
        if !views.contains(where: { $0.asOf.rawValue == at }) { await expectNotRestorable(at) }
        continue
      }
      try await check(state, asOf: Moment(rawValue: at))
      for (name, bytes) in HistoryModel.current(state) {
        let object = try await store.objects.openObject(
          bucket: bucket, key: key(name), asOf: Moment(rawValue: at))
        #expect(try await store.read(object) == bytes, "seed \(seed), \(name) as of \(at)")
      }
    }
  }

  private func expectNotRestorable(_ at: UInt64) async {
    var request = ListObjectsRequest(bucket: bucket)
    request.asOf = Moment(rawValue: at)
    do {
      _ = try await store.objects.listObjects(request)
      Issue.record("seed \(seed): a moment was shown of which not everything is kept")
    } catch {
      guard case ObjectError.notRestorable = error else {
        Issue.record("seed \(seed): \(error)")
        return
      }
    }
  }

  private func check(_ state: HistoryModel.State, asOf: Moment?) async throws {
    let place = "seed \(seed), as of \(asOf?.rawValue ?? 0)"
    let current = HistoryModel.current(state)
    #expect(
      try await keys(asOf, "", "") == current.keys.map { Array($0.utf8) }.sorted(by: Self.order), "\(place)")
    let grouped = Set(
      current.keys.map {
        $0.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).count > 1
          ? String($0.prefix(while: { $0 != "/" })) + "/" : $0
      })
    #expect(
      try await keys(asOf, "", "/") == grouped.map { Array($0.utf8) }.sorted(by: Self.order), "\(place)")
    var listed = try await versions(asOf)
    if asOf != nil && (keeping == .versions || wasPurged) {
      // Views may keep more than must be there.
      listed.removeAll { entry in
        let live = model.state[String(decoding: entry.key, as: UTF8Text.self)] ?? []
        return !live.contains { $0.id == entry.id }
      }
    }
    let expected = state.keys.map { Array($0.utf8) }.sorted(by: Self.order).flatMap { name in
      let text = String(decoding: name, as: UTF8Text.self)
      // Of versions that were not current then, what is gone for good is not shown.
      let kept = Set((model.state[text] ?? []).map(\.id))
      return (state[text] ?? []).enumerated().compactMap { (index, version) -> Listed? in
        let mayBeGone = keeping == .versions || wasPurged
        if mayBeGone && asOf != nil && !kept.contains(version.id) { return nil }
        return Listed(
          key: name, id: version.id, label: version.label, isLatest: index == 0,
          size: version.bytes.map(\.count))
      }
    }
    if listed != expected {
      let index = zip(listed, expected).prefix { $0 == $1 }.count
      Issue.record(
        "\(place): \(listed.count) versions listed, \(expected.count) expected; from \(listed[index...].prefix(2)), expected \(expected[index...].prefix(2))"
      )
    }
  }

  private struct Listed: Equatable {
    let key: [UInt8]
    let id: UInt64
    let label: VersionLabel
    let isLatest: Bool
    /// Nil of a delete marker.
    let size: Int?
  }

  /// All keys or common prefixes, by pages.
  private func keys(_ asOf: Moment?, _ prefix: String, _ delimiter: String) async throws -> [[UInt8]] {
    var request = ListObjectsRequest(bucket: bucket)
    request.asOf = asOf
    request.prefix = Array(prefix.utf8)
    request.delimiter = Array(delimiter.utf8)
    request.limit = 3
    var keys: [[UInt8]] = []
    while true {
      let page = try await store.objects.listObjects(request)
      keys += page.entries.map { Array(page.key($0)) }
      guard page.isTruncated, let next = page.next else { return keys }
      request.after = next
    }
  }

  private func versions(_ asOf: Moment?) async throws -> [Listed] {
    var request = ListObjectVersionsRequest(bucket: bucket)
    request.asOf = asOf
    request.limit = 4
    var all: [Listed] = []
    while true {
      let page = try await store.objects.listObjectVersions(request)
      for case .version(let entry) in page.entries {
        all.append(
          Listed(
            key: entry.key.bytes, id: entry.version.rawValue, label: entry.label, isLatest: entry.isLatest,
            size: entry.isDeleteMarker ? nil : Int(entry.size)))
      }
      guard page.isTruncated else { return all }
      request.keyMarker = page.nextKeyMarker
      request.versionMarker = page.nextVersionMarker
    }
  }

  private static func order(_ a: [UInt8], _ b: [UInt8]) -> Bool { a.lexicographicallyPrecedes(b) }
}
