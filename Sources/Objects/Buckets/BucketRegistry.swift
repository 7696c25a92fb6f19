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
    /// The same entries: an id is found sooner than a name.
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
    guard let entry = state.withLock({ $0.byID[bucket.id] }) else {
      throw .noSuchBucket(name: bucket.name.string)
    }
    return entry
  }

  /// The bucket with an id; nil when it is gone.
  func entry(id: UInt64) -> BucketEntry? { state.withLock { $0.byID[id] } }

  func insert(_ entry: BucketEntry) {
    let name = entry.info.name
    state.withLock { state in
      if let present = state.byName[name.string], present.info.id >= entry.info.id { return }
      let index = Self.position(of: name.string, in: state.sorted)
      if let elder = state.byName.updateValue(entry, forKey: name.string) {
        state.byID[elder.info.id] = nil
        state.sorted[index] = entry
      } else {
        state.sorted.insert(entry, at: index)
      }
      state.byID[entry.info.id] = entry
    }
  }

  func remove(_ entry: BucketEntry) {
    let name = entry.info.name.string
    state.withLock { state in
      guard state.byName[name]?.info.id == entry.info.id else { return }
      state.byName[name] = nil
      state.byID[entry.info.id] = nil
      state.sorted.remove(at: Self.position(of: name, in: state.sorted))
    }
  }

  /// A page by name; see `ObjectStore.listBuckets`.
  func page(_ request: ListBucketsRequest) -> ListBucketsPage {
    let sorted = state.withLock { $0.sorted }
    var buckets: [BucketInfo] = []
    var index = Self.position(of: max(request.prefix, request.after, by: Self.precedes), in: sorted)
    while index < sorted.count {
      let info = sorted[index].info
      index += 1
      let name = info.name.string
      if name == request.after { continue }
      guard name.utf8.starts(with: request.prefix.utf8) else { break }
      if let owner = request.owner, owner != info.owner { continue }
      if buckets.count == request.limit { return ListBucketsPage(buckets: buckets, isTruncated: true) }
      buckets.append(info)
    }
    return ListBucketsPage(buckets: buckets, isTruncated: false)
  }

  /// Where the first name at or after `name` stands.
  private static func position(of name: String, in sorted: [BucketEntry]) -> Int {
    var lower = 0
    var upper = sorted.count
    while lower < upper {
      let middle = (lower + upper) / 2
      if precedes(sorted[middle].info.name.string, name) { lower = middle + 1 } else { upper = middle }
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
