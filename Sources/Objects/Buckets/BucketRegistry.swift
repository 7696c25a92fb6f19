import Primitives
import Ring

/// All buckets, in memory: what is not here does not exist. Filled at start, changed behind each commit that
/// makes or removes a bucket.
///
/// Two commits on one name may get here in the wrong order: an entry is replaced by a younger one only (ids
/// grow), and removed only by its own id. An entry is inserted before anybody can ask for its removal.
final class BucketRegistry: Sendable {
  private struct State {
    var byName: [String: BucketEntry] = [:]
    /// The same entries, and deleted buckets of which something is kept: an id is found sooner than a name.
    var byID: [UInt64: BucketEntry] = [:]
    /// The same entries by name.
    var sorted: [BucketEntry] = []
  }

  private let state = Locked(State())

  func entry(named name: String) -> BucketEntry? {
    state.withLock { $0.byName[name] }
  }

  /// The entry of this very bucket. Throws `.noSuchBucket` when it is gone, even if another has its name.
  func entry(_ bucket: BucketInfo) throws(ObjectError) -> BucketEntry {
    guard let entry = state.withLock({ $0.byID[bucket.id] }), !entry.isDeleted else {
      throw .noSuchBucket(name: bucket.name.string)
    }
    return entry
  }

  /// The bucket with an id, be it deleted, as long as something of it is kept; nil when it is gone.
  func entry(id: UInt64) -> BucketEntry? { state.withLock { $0.byID[id] } }

  /// All that are not deleted, by name.
  var all: [BucketEntry] { state.withLock { $0.sorted } }

  func insert(_ entry: BucketEntry) {
    let name = entry.name
    state.withLock { state in
      if let present = state.byName[name.string], present.id >= entry.id { return }
      let index = Self.position(of: name.string, in: state.sorted)
      if let elder = state.byName.updateValue(entry, forKey: name.string) {
        if !elder.isDeleted { state.byID[elder.id] = nil }
        state.sorted[index] = entry
      } else {
        state.sorted.insert(entry, at: index)
      }
      state.byID[entry.id] = entry
    }
  }

  /// Takes a deleted bucket's name away; `keeping`: something of it is kept, so its id is still known.
  func remove(_ entry: BucketEntry, keeping: Bool = false) {
    if keeping { entry.noteDeletion() }
    let name = entry.name.string
    state.withLock { state in
      // Another of its name may have come first.
      if keeping { state.byID[entry.id] = entry }
      guard state.byName[name]?.id == entry.id else { return }
      state.byName[name] = nil
      if !keeping { state.byID[entry.id] = nil }
      state.sorted.remove(at: Self.position(of: name, in: state.sorted))
    }
  }

  /// Makes a deleted bucket of which something is kept known by its id.
  func insertDeleted(_ entry: BucketEntry) {
    entry.noteDeletion()
    state.withLock { $0.byID[entry.id] = entry }
  }

  /// Forgets a deleted bucket of which nothing is kept any more.
  func forget(id: UInt64) { state.withLock { $0.byID[id] = nil } }

  /// A page by name; see `ObjectStore.listBuckets`.
  func page(_ request: ListBucketsRequest) -> ListBucketsPage {
    let sorted = state.withLock { $0.sorted }
    var buckets: [BucketInfo] = []
    var index = Self.position(of: max(request.prefix, request.after, by: Self.precedes), in: sorted)
    while index < sorted.count {
      let entry = sorted[index]
      index += 1
      let name = entry.name.string
      if name == request.after { continue }
      guard name.utf8.starts(with: request.prefix.utf8) else { break }
      if let owner = request.owner, owner != entry.info.owner { continue }
      if buckets.count == request.limit { return ListBucketsPage(buckets: buckets, isTruncated: true) }
      buckets.append(entry.info)
    }
    return ListBucketsPage(buckets: buckets, isTruncated: false)
  }

  /// Where the first name at or after `name` stands.
  private static func position(of name: String, in sorted: [BucketEntry]) -> Int {
    var lower = 0
    var upper = sorted.count
    while lower < upper {
      let middle = (lower + upper) / 2
      if precedes(sorted[middle].name.string, name) { lower = middle + 1 } else { upper = middle }
    }
    return lower
  }

  /// Byte order, whatever the text is.
  private static func precedes(_ a: String, _ b: String) -> Bool {
    a.utf8.lexicographicallyPrecedes(b.utf8)
  }

  private func max(_ a: String, _ b: String, by precedes: (String, String) -> Bool) -> String {
    precedes(a, b) ? b : a
  }
}
