import Logging
import Primitives
import Ring
import Volumes

@testable import Background
@testable import Objects

/// One client of a simulated run, with keys of its own and a record of what they may hold.
///
/// An operation that fails may have happened or not, so a key has several possible contents until something about
/// it succeeds.
// SAFETY (unchecked Sendable): a simulation runs on one thread.
final class SimulatedClient: @unchecked Sendable {
  /// What a key may hold; nil is nothing.
  typealias Possible = Set<SimulatedContent?>

  enum Tolerance { case nothing, damage, anything }

  let name: String
  let past: SimulatedPast
  var keys: [String: Possible] = [:]
  /// Moments at which it was certain what each key held.
  var moments: [SimulatedMoment] = []
  private(set) var uploads: [SimulatedUpload] = []
  private(set) var problems: [String] = []
  /// What was done to each key, for the report of a problem.
  private var history: [String: [String]] = [:]
  /// Writes that were acknowledged.
  var acknowledged = 0
  /// Blobs that reclaiming has moved.
  private(set) var moved = 0
  /// Nights of lifecycle that it has had, and objects that expired in them.
  var nights = 0
  var expired: UInt64 = 0
  /// Which failures of a read are no problem.
  var tolerance = Tolerance.nothing
  var random: SeededGenerator

  init(_ name: String, seed: UInt64, past: SimulatedPast) {
    self.name = name
    self.past = past
    random = SeededGenerator(seed: seed)
    for index in 0..<3 { keys["\(name)/k\(index)"] = [nil] }
  }

  /// Does `count` random operations; goes on after failures.
  func work(_ store: TestStore, _ bucket: BucketInfo, count: Int) async {
    for _ in 0..<count {
      switch Int.random(in: 0..<21, using: &random) {
      case 0...3: await put(store, bucket)
      case 4: await delete(store, bucket)
      case 5: await copy(store, bucket)
      case 6: await begin(store, bucket)
      case 7, 8: await uploadPart(store, bucket)
      case 9: await finishUpload(store, bucket)
      case 10: await reclaim(store)
      case 11: await scrub(store)
      case 12: await removeVersion(store, bucket)
      case 13: await lookBack(store, bucket)
      case 14: await restore(store, bucket)
      case 15: await purge(store)
      case 16, 17: await append(store, bucket)
      case 18: await night(store)
      default: await check(store, bucket, key())
      }
    }
  }

  /// After a restart without faults: every key holds one of its possible contents, every upload its parts.
  func verify(_ store: TestStore, _ bucket: BucketInfo) async {
    for key in keys.keys.sorted() { await check(store, bucket, key) }
    for _ in 0..<2 { await lookBack(store, bucket) }
    for upload in uploads where upload.isClear { await check(store, bucket, upload) }
    uploads.removeAll { !$0.isClear }
  }

  func key() -> String { keys.keys.sorted().randomElement(using: &random) ?? "" }

  private func content() -> SimulatedContent {
    let sizes = [0, 10, 3_000, 5_000, 20_000, 70_000, 140_000, 300_000]
    let size = (sizes.randomElement(using: &random) ?? 0) + Int.random(in: 0...3, using: &random)
    return SimulatedContent(size: size, seed: random.next())
  }

  /// Runs a write of a key: afterwards it holds `content`, or perhaps what it held before.
  private func write(
    _ what: String, _ key: String, _ content: SimulatedContent?, _ body: () async throws -> Void
  ) async {
    let before = keys[key] ?? [nil]
    keys[key] = before.union([content])
    let loss = past.begin(writing: key, replaces: before != [nil])
    do {
      try await body()
      past.end(loss)
      keys[key] = [content]
      acknowledged += 1
      note(key, "\(what) \(content?.description ?? ""): done")
    } catch {
      note(key, "\(what) \(content?.description ?? ""): \(error)")
    }
  }

  private func put(_ store: TestStore, _ bucket: BucketInfo) async {
    let (key, content) = (key(), content())
    var version: VersionID?
    let begun = past.turn()
    await write("put", key, content) { version = try await store.put(bucket, key, content.bytes).version }
    if let version { remember(Moment(version), begun: begun) }
  }

  /// Makes a key longer, or begins one that is not there; what was put or copied is left as it is.
  private func append(_ store: TestStore, _ bucket: BucketInfo) async {
    let (key, added) = (key(), content())
    guard let possible = keys[key], possible.count == 1, let held = possible.first else { return }
    let before = held?.bytes ?? []
    guard before.count < 1_000_000 else { return }
    let longer = SimulatedContent(before + added.bytes)
    keys[key] = possible.union([longer])
    let begun = past.turn()
    // One that goes on stays the same version.
    let loss = held == nil ? past.begin(writing: key, replaces: false) : nil
    do {
      let result = try await store.append(bucket, key, at: before.count, added.bytes)
      if let loss { past.end(loss) }
      keys[key] = [longer]
      acknowledged += 1
      note(key, "append \(added): done, \(longer)")
      remember(result.moment, begun: begun)
    } catch ObjectError.objectNotAppendable {
      keys[key] = possible
    } catch {
      note(key, "append \(added): \(error)")
    }
  }

  private func delete(_ store: TestStore, _ bucket: BucketInfo) async {
    let key = key()
    await write("delete", key, nil) { try await store.delete(bucket, key) }
  }

  private func copy(_ store: TestStore, _ bucket: BucketInfo) async {
    let (from, to) = (key(), key())
    guard from != to, let possible = keys[from], possible.count == 1, let first = possible.first,
      let content = first
    else { return }
    await write("copy", to, content) { try await store.copy((bucket, from), to: (bucket, to)) }
  }

  private func begin(_ store: TestStore, _ bucket: BucketInfo) async {
    guard uploads.count < 3, let info = try? await store.begin(bucket, key()) else { return }
    uploads.append(SimulatedUpload(info: info))
    acknowledged += 1
  }

  private func uploadPart(_ store: TestStore, _ bucket: BucketInfo) async {
    guard let upload = uploads.filter(\.isClear).randomElement(using: &random) else { return }
    let number = Int.random(in: 1...5, using: &random)
    let content = SimulatedContent(
      size: Int.random(in: 1000...90_000, using: &random), seed: random.next())
    upload.isClear = false
    guard let part = try? await store.part(bucket, upload.info, number, content.bytes) else { return }
    upload.parts[number] = (part, content)
    upload.isClear = true
    acknowledged += 1
  }

  private func finishUpload(_ store: TestStore, _ bucket: BucketInfo) async {
    guard let upload = uploads.filter(\.isClear).randomElement(using: &random) else { return }
    upload.isClear = false
    let parts = upload.parts.sorted { $0.key < $1.key }.map(\.value)
    if parts.isEmpty || Int.random(in: 0..<4, using: &random) == 0 {
      guard (try? await store.abort(bucket, upload.info)) != nil else { return }
      acknowledged += 1
    } else {
      let before = acknowledged
      await write("complete", upload.info.key.string, SimulatedContent(parts.flatMap(\.content.bytes))) {
        try await store.complete(bucket, upload.info, parts.map(\.info))
      }
      guard acknowledged > before else { return }
    }
    uploads.removeAll { $0 === upload }
  }

  /// Empties segments and removes them; only the first client does, for there is one reclaimer.
  private func reclaim(_ store: TestStore) async {
    guard name == "c0" else { return }
    if let second = store.volumes.member(1), Bool.random(using: &random) {
      do {
        try await store.objects.setState(second.state == .active ? .draining : .active, of: second)
        note("volume 1 is \(second.state)")
      } catch { note("volume 1 stays as it is: \(error)") }
    }
    var options = ReclaimerOptions()
    (options.rate, options.threshold) = (0, 5)
    let reclaimer = Reclaimer(
      objects: store.objects, volumes: store.volumes, options: options, logger: Self.silence)
    do {
      try await reclaimer.round(Pace(rate: 0))
    } catch {
      note("reclaiming failed: \(error)")
    }
    moved += Int(reclaimer.statistics.blobsMoved)
    note("reclaimed: \(reclaimer.statistics.blobsMoved) blobs moved")
  }

  /// A scrub of everything, beside the others.
  private func scrub(_ store: TestStore) async {
    guard name == "c1" else { return }
    var options = ScrubberOptions()
    options.interval = .zero
    let scrubber = Scrubber(objects: store.objects, options: options, logger: Self.silence)
    do {
      try await scrubber.passIfDue(Pace(rate: 0), now: Timestamp(milliseconds: 1_900_000_000_000))
    } catch {
      note("scrubbing failed: \(error)")
    }
    if tolerance == .nothing, scrubber.statistics.damaged > 0 {
      problems.append("the scrub found \(scrubber.statistics.damaged) damaged extents")
    }
  }

  static let silence = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }

  /// Reads a key: it must hold one of its possible contents, and holds that one from now on.
  private func check(_ store: TestStore, _ bucket: BucketInfo, _ key: String) async {
    let possible = keys[key] ?? [nil]
    do {
      let found = try await store.get(bucket, key)
      settle(key, SimulatedContent(found), possible)
    } catch ObjectError.noSuchKey, ObjectError.deleteMarker {
      settle(key, nil, possible)
    } catch {
      note(key, "get: \(error)")
      if !isTolerable(error) { report(key, "cannot be read: \(error)") }
    }
  }

  private func settle(_ key: String, _ found: SimulatedContent?, _ possible: Possible) {
    let text = found?.description ?? "nothing"
    note(key, "get: \(text)")
    if possible.contains(found) {
      // A write that failed may still come to light at the next start, so only then is it known.
      if tolerance != .anything { keys[key] = [found] }
    } else {
      let expected = possible.map { $0?.description ?? "nothing" }.sorted()
      report(key, "holds \(text) instead of one of \(expected)")
    }
  }

  /// Writes a line into every key's history: a restart, say.
  func note(_ event: String) {
    for key in keys.keys { note(key, event) }
  }

  func note(_ key: String, _ event: String) { history[key, default: []].append(event) }

  func report(_ key: String, _ problem: String) {
    problems.append("\(key) \(problem); what was done to it: \(history[key] ?? [])")
  }

  private func check(_ store: TestStore, _ bucket: BucketInfo, _ upload: SimulatedUpload) async {
    do {
      let page = try await store.objects.listParts(
        ListPartsRequest(bucket: bucket, key: upload.info.key, uploadID: upload.info.id.text))
      let expected = upload.parts.sorted { $0.key < $1.key }.map(\.value.info.etag)
      if page.parts.map(\.etag) != expected {
        problems.append("an upload of \(name) has \(page.parts.count) parts instead of \(expected.count)")
      }
    } catch {
      problems.append("an upload of \(name) is lost: \(error)")
    }
  }

  func isTolerable(_ error: any Error) -> Bool {
    switch tolerance {
    case .anything: return true
    case .nothing: return false
    case .damage:
      if case ObjectError.storage(let failure) = error { return failure.code == .damaged }
      return false
    }
  }
}

/// An upload that a client has begun.
final class SimulatedUpload {
  let info: UploadInfo
  var parts: [Int: (info: PartInfo, content: SimulatedContent)] = [:]
  /// Whether what it holds is known: nothing about it has failed.
  var isClear = true

  init(info: UploadInfo) { self.info = info }
}

/// The bytes of an object by length and digest, which a debug build compares faster than bytes.
struct SimulatedContent: Hashable, CustomStringConvertible {
  let bytes: [UInt8]
  private let digest: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    digest = MD5.hash(bytes)
  }

  /// `size` bytes that no other seed has: cut from one block and marked.
  init(size: Int, seed: UInt64) {
    let start = Int(seed % 100_000)
    var bytes = Array(Self.block[start..<(start + size)])
    for index in 0..<min(8, size) { bytes[index] = UInt8(truncatingIfNeeded: seed >> UInt64(8 * index)) }
    self.init(bytes)
  }

  private static let block = patternBytes(500_000)

  var description: String { "\(bytes.count) bytes (\(Hex.encode(digest).prefix(6)))" }

  static func == (left: SimulatedContent, right: SimulatedContent) -> Bool {
    left.bytes.count == right.bytes.count && left.digest == right.digest
  }

  func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
