import Metadata
import Primitives

/// What is to be done with one key, found out from a snapshot.
struct RestoreDecision: Sendable {
  let key: ObjectKey
  var action: RestoreChange.Action
  /// The current version, a delete marker too; nil when there is none.
  let now: VersionID?
  /// The object that is current; nil when there is none.
  let nowSize: UInt64?
  /// The object to bring back.
  var then: Source?
  /// Of an undelete: what is to be taken away.
  var markers: MarkerPile?
  /// Why the key cannot be restored; empty where it can.
  private(set) var reason = ""

  /// A version to bring back, with all that its content needs.
  struct Source: Sendable {
    let rowKey: [UInt8]
    let version: VersionID
    let record: ObjectRecord
    let manifestRows: [[UInt8]]
    /// Everything that it is made of.
    let pieces: [Piece]
    /// The blobs of these.
    let origins: ReferenceOrigins
  }

  /// How much bringing it back adds to a commit: references that it takes, or markers that go.
  var weight: Int { markers.map { $0.labels.count + 1 } ?? then?.pieces.count ?? 0 }

  /// What is noted of it once `action` was done.
  // Inlined it crashes the optimiser of Swift 6.3.1 (release builds only).
  @inline(never)
  func change(_ action: RestoreChange.Action) -> RestoreChange {
    let size: UInt64
    switch action {
    case .delete, .skip: size = nowSize ?? 0
    default: size = then?.record.row.size ?? nowSize ?? 0
    }
    return RestoreChange(
      key: key, action: action, from: then?.version, now: now, size: size, reason: reason)
  }

  /// The key cannot be restored, for `reason`.
  private mutating func fail(_ reason: String) {
    action = .fail
    self.reason = reason
  }

  /// The key cannot be restored, because of `error`.
  mutating func fail(_ error: ObjectError) {
    switch error {
    case .locked: fail("Object Lock holds the version that would go")
    case .immutable: fail("the bucket's WORM policy keeps the version that would go")
    case .storage(let failure): fail(failure.message)
    default: fail("\(error)")
    }
  }
}

extension RestoreDecision {
  /// Of a key that cannot be looked at.
  init(_ key: ObjectKey, failed error: ObjectError) {
    self.init(key: key, action: .fail, now: nil, nowSize: nil)
    fail(error)
  }

  /// Looks at a key in a snapshot. `past` is what it was as of the moment in the job's bucket; it is held against what
  /// it is in the target.
  init(
    _ job: RestoreJob, _ key: ObjectKey, past: LocatedVersion?, _ reader: any MetadataReader
  ) throws(ObjectError) {
    self.key = key
    let target = job.writtenID
    let current = try VersionSearch(reader, bucket: target, key: key, asOf: nil).top()
    now = current?.version.row.version
    let isObject = current.map { !$0.version.row.isDeleteMarker } ?? false
    nowSize = isObject ? current?.version.row.size : nil
    action = .unchanged
    // A deletion may have left nothing that tells when it was: the mark does. Dry runs have none.
    let isTouched = try reader.row(ObjectTables.touchedKey(job.id, key.bytes)) != nil
    let latest = try current.map { (found) throws(ObjectError) in try found.version.lastWritten() }
    if isTouched || latest.map({ $0 > job.id }) ?? false {
      action = .skip
      return
    }
    switch job.kind {
    case .restore:
      guard let past, !past.version.row.isDeleteMarker else {
        if isObject { action = .delete }
        return
      }
      let source = try Source(past, job.bucketID, reader)
      then = source
      if !isObject {
        action = .create
      } else if let current, try !source.record.isSameObject(as: current.version.record()) {
        action = .replace
      }
    case .undelete(let from, let to):
      guard let current, from <= to,
        let pile = try MarkerPile(
          below: current.version, in: from.rawValue...to.rawValue, reader, bucket: target, key: key)
      else { return }
      guard let object = pile.object else {
        fail("more than \(MarkerPile.limit) delete markers lie on top of it")
        return
      }
      let rowKey = ObjectTables.version(target, key.bytes, object.rawValue)
      guard let row = try reader.row(rowKey) else { return }
      markers = pile
      then = try Source(
        LocatedVersion(rowKey: rowKey, version: try KeyVersion(.noncurrent, row)), target, reader)
      action = .create
    }
  }
}

extension RestoreDecision.Source {
  init(
    _ located: LocatedVersion, _ bucket: UInt64, _ reader: any MetadataReader
  ) throws(ObjectError) {
    rowKey = located.rowKey
    version = located.version.row.version
    var record = try located.version.record()
    manifestRows = try ObjectStore.manifestRows(located.version, bucket, reader)
    if located.version.past != nil, case .pieces(let all) = record.content {
      // It has been appended to since: what it was is the beginning.
      record.content = Content(pieces: Pieces.slice(all, 0..<record.row.size))
      (pieces, origins) = (record.content.ownPieces, ReferenceOrigins(all))
    } else if located.version.past != nil, case .inline(let bytes) = record.content {
      record.content = .inline(bytes.prefix(Int(clamping: record.row.size)))
      (pieces, origins) = ([], ReferenceOrigins([]))
    } else {
      pieces = try Self.pieces(of: record, manifestRows)
      origins = ReferenceOrigins(pieces)
    }
    record.row.contentKind = record.content.kind
    // What comes of it is another version, which nobody has asked to read.
    record.restore = nil
    self.record = record
  }

  private static func pieces(
    of record: ObjectRecord, _ manifestRows: [[UInt8]]
  ) throws(ObjectError) -> [Piece] {
    switch record.content {
    case .inline: return []
    case .pieces(let own): return own
    case .parts(let parts): return parts.flatMap(\.pieces)
    case .manifest:
      return try decoding { () throws(RecordError) in
        var all: [Piece] = []
        for row in manifestRows { all += try ManifestRow.decode(row).flatMap(\.pieces) }
        return all
      }
    }
  }
}

extension ObjectRecord {
  /// Whether clients could not tell the two apart, but by their versions, times and locks.
  func isSameObject(as other: ObjectRecord) -> Bool {
    // An append leaves the version as it is, and makes it longer.
    row.version == other.row.version && row.size == other.row.size
      || row.etag == other.row.etag && row.size == other.row.size
        && row.kind == other.row.kind && row.storageClass == other.row.storageClass
        && checksum == other.checksum
        && row.checksumAlgorithm == other.row.checksumAlgorithm && fields.owner == other.fields.owner
        && fields.system == other.fields.system && fields.user == other.fields.user
        && fields.tags == other.fields.tags
  }
}
