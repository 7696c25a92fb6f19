import Primitives

@testable import Objects

/// What a store says of a bucket as of a moment, or of now.
struct HistoryAnswer {
  /// What one read gave.
  enum Read<Found> {
    /// `earliest`: the first moment that the store says it can show.
    case refused(earliest: UInt64?)
    case found(Found)

    func map<Other>(_ change: (Found) -> Other) -> Read<Other> {
      switch self {
      case .refused(let earliest): .refused(earliest: earliest)
      case .found(let found): .found(change(found))
      }
    }
  }

  /// From a listing, as it was listed.
  var keys: Read<[[UInt8]]>
  /// The same by a delimiter.
  var groups: Read<[[UInt8]]>
  var versions: Read<[Listed]>
  /// What each of the names holds, listed or not, nil where nothing; without any: objects were not read.
  var contents: [String: Read<SimulatedContent?>] = [:]

  /// Whether the listing was shown.
  var isShown: Bool { if case .found = keys { true } else { false } }

  /// The same with every read refused.
  func refused(earliest: UInt64?) -> HistoryAnswer {
    HistoryAnswer(
      keys: .refused(earliest: earliest), groups: .refused(earliest: earliest),
      versions: .refused(earliest: earliest),
      contents: contents.mapValues { _ in .refused(earliest: earliest) })
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

  /// Makes each read apart, since each may be refused.
  func ask(_ store: TestStore, _ bucket: BucketInfo) async throws -> HistoryAnswer {
    func read<Found>(_ ask: () async throws -> Found) async throws -> HistoryAnswer.Read<Found> {
      do { return .found(try await ask()) } catch ObjectError.notRestorable(_, let earliest) {
        return .refused(earliest: earliest?.rawValue)
      }
    }
    var answer = HistoryAnswer(
      keys: try await read { try await keys(store, bucket, delimiter: "") },
      groups: try await read { try await keys(store, bucket, delimiter: "/") },
      versions: try await read { try await versions(store, bucket) })
    if readsBytes {
      for name in RandomHistory.names where name.hasPrefix(prefix) {
        answer.contents[name] = try await read { try await content(store, bucket, name) }
      }
    }
    return answer
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

  /// What a name holds; nil: nothing.
  private func content(
    _ store: TestStore, _ bucket: BucketInfo, _ name: String
  ) async throws -> SimulatedContent? {
    do {
      let key = ObjectKey(stored: Array(name.utf8))
      let object = try await store.objects.openObject(bucket: bucket, key: key, asOf: moment)
      return SimulatedContent(try await store.read(object))
    } catch ObjectError.noSuchKey { return nil } catch ObjectError.deleteMarker { return nil }
  }
}
