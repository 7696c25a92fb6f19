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
  /// Of an undelete: what lies beneath the delete marker.
  var survey: VersionSurvey?

  /// A version to bring back, with all that its content needs.
  struct Source: Sendable {
    let rowKey: [UInt8]
    let version: VersionID
    let record: ObjectRecord
    let manifestRows: [[UInt8]]
    /// Everything that it refers to.
    let pieces: [Piece]
  }

  /// How many references bringing it back takes.
  var references: Int { then?.pieces.count ?? 0 }

  /// What is noted of it once `action` was done.
  // Inlined it crashes the optimiser of Swift 6.3.1 (release builds only).
  @inline(never)
  func change(_ action: RestoreChange.Action) -> RestoreChange {
    let size: UInt64
    switch action {
    case .delete, .skip: size = nowSize ?? 0
    default: size = then?.record.row.size ?? nowSize ?? 0
    }
    return RestoreChange(key: key, action: action, from: then?.version, now: now, size: size)
  }
}

extension RestoreDecision {
  /// Looks at a key in a snapshot: what it was in the job's bucket, and what it is in the target.
  init(
    _ job: RestoreJob, _ key: ObjectKey, _ reader: any MetadataReader
  ) throws(ObjectError) {
    self.key = key
    let target = job.targetID ?? job.bucketID
    let current = try VersionSearch(reader, bucket: target, key: key, asOf: nil).current()
    now = current?.version.row.version
    let isObject = current.map { !$0.version.row.isDeleteMarker } ?? false
    nowSize = isObject ? current?.version.row.size : nil
    action = .unchanged
    if let now, now.rawValue > job.id {
      action = .skip
      return
    }
    switch job.kind {
    case .restore(let asOf):
      let past = try VersionSearch(reader, bucket: job.bucketID, key: key, asOf: asOf).current()
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
      guard let current, current.version.row.isDeleteMarker else { return }
      guard current.version.row.version.rawValue >= from.rawValue,
        current.version.row.version.rawValue <= to.rawValue
      else { return }
      let survey = try VersionSurvey(reader, bucket: target, key: key)
      guard let next = survey.next,
        let row = try reader.row(ObjectTables.version(target, key.bytes, next.rawValue))
      else { return }
      let version = try KeyVersion(.noncurrent, row)
      if version.row.isDeleteMarker { return }
      self.survey = survey
      then = try Source(
        LocatedVersion(rowKey: ObjectTables.version(target, key.bytes, next.rawValue), version: version),
        target, reader)
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
    record = try located.version.record()
    manifestRows = try ObjectStore.manifestRows(located.version, bucket, reader)
    switch record.content {
    case .inline: pieces = []
    case .pieces(let own): pieces = own
    case .parts(let parts): pieces = parts.flatMap(\.pieces)
    case .manifest:
      pieces = try decoding { [manifestRows] () throws(RecordError) in
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
    row.version == other.row.version
      || row.etag == other.row.etag && row.size == other.row.size
        && row.storageClass == other.row.storageClass && checksum == other.checksum
        && row.checksumAlgorithm == other.row.checksumAlgorithm && fields.owner == other.fields.owner
        && fields.system == other.fields.system && fields.user == other.fields.user
        && fields.tags == other.fields.tags
  }
}
