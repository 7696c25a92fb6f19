import Primitives

@testable import Objects

/// What a store says of a bucket as of a moment, or of now.
enum HistoryAnswer {
  /// `earliest`: the first moment that it says it can show.
  case refused(earliest: UInt64?)
  case shown(Shown)

  struct Shown {
    /// From a listing, as it was listed.
    var keys: [[UInt8]] = []
    /// The same by a delimiter.
    var groups: [[UInt8]] = []
    var versions: [Listed] = []
    /// What each listed key holds; nil: it was not read.
    var contents: [String: SimulatedContent]?
  }

  /// A version in a listing.
  struct Listed: Equatable {
    let key: String
    let id: UInt64
    let label: VersionLabel
    let isLatest: Bool
    /// Nil of a delete marker.
    let size: Int?
  }
}

/// Asks a store.
struct HistoryQuestion {
  /// Nil: now.
  var asOf: UInt64?
  var prefix = ""
  /// Whether objects are read, too.
  var readsBytes = true
  /// Entries of a page.
  var pageLength = 3

  func ask(_ store: TestStore, _ bucket: BucketInfo) async throws -> HistoryAnswer {
    do {
      var shown = HistoryAnswer.Shown()
      shown.keys = try await keys(store, bucket, delimiter: "")
      shown.groups = try await keys(store, bucket, delimiter: "/")
      shown.versions = try await versions(store, bucket)
      if readsBytes { shown.contents = try await contents(store, bucket, shown.keys) }
      return .shown(shown)
    } catch ObjectError.notRestorable(_, let earliest) {
      return .refused(earliest: earliest?.rawValue)
    }
  }

  private var moment: Moment? { asOf.map { Moment(rawValue: $0) } }

  /// All keys or common prefixes, by pages.
  private func keys(
    _ store: TestStore, _ bucket: BucketInfo, delimiter: String
  ) async throws -> [[UInt8]] {
    var request = ListObjectsRequest(bucket: bucket)
    request.asOf = moment
    request.prefix = Array(prefix.utf8)
    request.delimiter = Array(delimiter.utf8)
    request.limit = pageLength
    var keys: [[UInt8]] = []
    while true {
      let page = try await store.objects.listObjects(request)
      keys += page.entries.map { Array(page.key($0)) }
      guard page.isTruncated, let next = page.next else { return keys }
      request.after = next
    }
  }

  private func versions(_ store: TestStore, _ bucket: BucketInfo) async throws -> [HistoryAnswer.Listed] {
    var request = ListObjectVersionsRequest(bucket: bucket)
    request.asOf = moment
    request.prefix = Array(prefix.utf8)
    request.limit = pageLength + 1
    var all: [HistoryAnswer.Listed] = []
    while true {
      let page = try await store.objects.listObjectVersions(request)
      for case .version(let entry) in page.entries {
        all.append(
          HistoryAnswer.Listed(
            key: entry.key.string, id: entry.version.rawValue, label: entry.label,
            isLatest: entry.isLatest, size: entry.isDeleteMarker ? nil : Int(entry.size)))
      }
      guard page.isTruncated else { return all }
      request.keyMarker = page.nextKeyMarker
      request.versionMarker = page.nextVersionMarker
    }
  }

  private func contents(
    _ store: TestStore, _ bucket: BucketInfo, _ keys: [[UInt8]]
  ) async throws -> [String: SimulatedContent] {
    var contents: [String: SimulatedContent] = [:]
    for bytes in keys {
      let key = ObjectKey(stored: bytes)
      let object = try await store.objects.openObject(bucket: bucket, key: key, asOf: moment)
      contents[key.string] = SimulatedContent(try await store.read(object))
    }
    return contents
  }
}
