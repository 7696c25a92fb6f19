import Primitives

/// A restore job's row (docs/format/metadata.md, "Restore job record").
///
/// Version 1 has no count of failed keys.
enum RestoreJobRecord {
  static let recordVersion: UInt8 = 2

  static func encode(_ job: RestoreJob) -> [UInt8] {
    var writer = ByteWriter(capacity: 256)
    writer.u8(recordVersion)
    switch job.kind {
    case .restore(let asOf):
      writer.u8(0)
      writer.u64(asOf.rawValue)
      writer.u64(0)
    case .undelete(let from, let to):
      writer.u8(1)
      writer.u64(from.rawValue)
      writer.u64(to.rawValue)
    }
    writer.u64(job.bucketID)
    writer.string(job.bucketName.string)
    writer.u64(job.targetID ?? 0)
    writer.string(job.targetName?.string ?? "")
    writer.bytes(job.prefix)
    writer.u8(job.isDryRun ? 1 : 0)
    writer.varint(UInt64(clamping: job.keysPerSecond ?? 0))
    writer.i64(job.started.milliseconds)
    writer.i64(job.finished?.milliseconds ?? 0)
    let (state, message) = parts(of: job.state)
    writer.u8(state)
    writer.string(message)
    writer.varint(job.planned)
    for count in [job.created, job.replaced, job.deleted, job.unchanged, job.skipped, job.failed] {
      writer.varint(count.keys)
      writer.varint(count.bytes)
    }
    writer.bytes(job.position)
    return writer.bytes
  }

  static func decode(id: UInt64, _ value: [UInt8]) throws(RecordError) -> RestoreJob {
    var reader = ByteReader(value)
    let version = try reader.u8()
    guard (1...recordVersion).contains(version) else { throw .unknownVersion(version) }
    let kind = try decodeKind(&reader)
    let bucket = try reader.u64()
    guard let bucketName = BucketName(lookup: try reader.string()) else { throw .badValue("bucket name") }
    let target = try reader.u64()
    let targetName = BucketName(lookup: try reader.string())
    let prefix = Array(try reader.bytes())
    let isDryRun = try reader.u8() != 0
    let rate = Int(clamping: try reader.varint())
    let started = Timestamp(milliseconds: try reader.i64())
    var job = RestoreJob(
      id: id, kind: kind, bucketID: bucket, bucketName: bucketName, prefix: prefix,
      targetID: target == 0 ? nil : target, targetName: target == 0 ? nil : targetName, isDryRun: isDryRun,
      keysPerSecond: rate == 0 ? nil : rate, started: started)
    let finished = try reader.i64()
    job.finished = finished == 0 ? nil : Timestamp(milliseconds: finished)
    job.state = try state(try reader.u8(), try reader.string())
    job.planned = try reader.varint()
    job.created = try decodeCount(&reader)
    job.replaced = try decodeCount(&reader)
    job.deleted = try decodeCount(&reader)
    job.unchanged = try decodeCount(&reader)
    job.skipped = try decodeCount(&reader)
    if version > 1 { job.failed = try decodeCount(&reader) }
    job.position = Array(try reader.bytes())
    try reader.expectEnd()
    return job
  }

  private static func decodeKind(_ reader: inout ByteReader) throws(RecordError) -> RestoreRequest.Kind {
    let kind = try reader.u8()
    let first = Moment(rawValue: try reader.u64())
    let second = Moment(rawValue: try reader.u64())
    switch kind {
    case 0: return .restore(asOf: first)
    case 1: return .undelete(from: first, to: second)
    default: throw .badValue("kind of a restore")
    }
  }

  private static func decodeCount(_ reader: inout ByteReader) throws(RecordError) -> RestoreJob.Count {
    var count = RestoreJob.Count()
    count.keys = try reader.varint()
    count.bytes = try reader.varint()
    return count
  }

  private static func parts(of state: RestoreJob.State) -> (UInt8, String) {
    switch state {
    case .planning: (0, "")
    case .running: (1, "")
    case .done: (2, "")
    case .cancelled: (3, "")
    case .failed(let message): (4, message)
    }
  }

  private static func state(
    _ number: UInt8, _ message: String
  ) throws(RecordError) -> RestoreJob.State {
    switch number {
    case 0: .planning
    case 1: .running
    case 2: .done
    case 3: .cancelled
    case 4: .failed(message)
    default: throw .badValue("state of a restore")
    }
  }
}

/// A key of a restore (docs/format/metadata.md, "Restored key record").
///
/// Version 1 has no reason.
enum RestoreChangeRecord {
  static let recordVersion: UInt8 = 2

  static func encode(_ change: RestoreChange) -> [UInt8] {
    var writer = ByteWriter(capacity: 32)
    writer.u8(recordVersion)
    writer.u8(change.action.rawValue)
    writer.u64(change.from?.rawValue ?? 0)
    writer.u64(change.now?.rawValue ?? 0)
    writer.u64(change.size)
    writer.string(change.reason)
    return writer.bytes
  }

  static func decode(key: [UInt8], _ value: [UInt8]) throws(RecordError) -> RestoreChange {
    var reader = ByteReader(value)
    let version = try reader.u8()
    guard (1...recordVersion).contains(version) else { throw .unknownVersion(version) }
    guard let action = RestoreChange.Action(rawValue: try reader.u8()) else { throw .badValue("action") }
    let from = try reader.u64()
    let now = try reader.u64()
    let size = try reader.u64()
    let reason = version > 1 ? try reader.string() : ""
    try reader.expectEnd()
    return RestoreChange(
      key: ObjectKey(stored: key), action: action, from: from == 0 ? nil : VersionID(rawValue: from),
      now: now == 0 ? nil : VersionID(rawValue: now), size: size, reason: reason)
  }
}
