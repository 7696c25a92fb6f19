import Primitives

/// A bucket's settings as fields of its record.
enum BucketSettingsCoding {
  static func encode(_ settings: BucketSettings, to writer: inout ByteWriter) {
    TagCoding.encode(settings.tags, to: &writer)
    if settings.versioning != .unversioned {
      writer.field(RecordTag.versioning, [settings.versioning.rawValue])
    }
    if let lock = settings.objectLock { writer.field(RecordTag.objectLock, encode(lock)) }
    if settings.recoveryWindow > 0 {
      var value = ByteWriter(capacity: 10)
      value.varint(settings.recoveryWindow)
      writer.field(RecordTag.recoveryWindow, value.bytes)
    }
    if let since = settings.historySince {
      var value = ByteWriter(capacity: 8)
      value.u64(since.rawValue)
      writer.field(RecordTag.historySince, value.bytes)
    }
    for cut in settings.protectedCuts {
      var value = ByteWriter(capacity: 8 + cut.prefix.count)
      value.u64(cut.asOf.rawValue)
      value.raw(cut.prefix)
      writer.field(RecordTag.protectedCut, value.bytes)
    }
    if let worm = settings.worm { writer.field(RecordTag.worm, encode(worm)) }
    if let rules = settings.crossOrigin {
      writer.field(RecordTag.crossOrigin, CrossOriginCoding.encode(rules))
    }
    if let rules = settings.referers { writer.field(RecordTag.referers, RefererCoding.encode(rules)) }
    for restore in settings.restores {
      var value = ByteWriter(capacity: 9 + restore.prefix.count)
      value.u64(restore.id)
      value.u8((restore.keeps ? 1 : 0) | (restore.isOver ? 2 : 0))
      value.raw(restore.prefix)
      writer.field(RecordTag.restoreClaim, value.bytes)
    }
    if let rules = settings.lifecycle { writer.field(RecordTag.lifecycle, LifecycleCoding.encode(rules)) }
    if settings.storageClass != .standard {
      writer.field(RecordTag.storageClass, [settings.storageClass.rawValue])
    }
    if settings.readsArchiveDirectly { writer.field(RecordTag.readsArchiveDirectly, [1]) }
  }

  /// Takes a field that is walked, if it is one of these.
  static func take(
    _ tag: UInt8, _ field: ArraySlice<UInt8>, _ settings: inout BucketSettings
  ) throws(RecordError) {
    var reader = ByteReader(Array(field))
    switch tag {
    case RecordTag.tags: return settings.tags = try TagCoding.decode(field)
    case RecordTag.versioning:
      guard let state = VersioningState(rawValue: try reader.u8()) else { throw .badValue("versioning") }
      settings.versioning = state
    case RecordTag.objectLock: settings.objectLock = try decodeLock(&reader)
    case RecordTag.recoveryWindow: settings.recoveryWindow = try reader.varint()
    case RecordTag.historySince: settings.historySince = Moment(rawValue: try reader.u64())
    case RecordTag.protectedCut:
      settings.protectedCuts.append(
        ProtectedCut(asOf: Moment(rawValue: try reader.u64()), prefix: Array(reader.rest())))
      return
    case RecordTag.worm: settings.worm = try decodeWorm(&reader)
    case RecordTag.crossOrigin: settings.crossOrigin = try CrossOriginCoding.decode(&reader)
    case RecordTag.referers: settings.referers = try RefererCoding.decode(&reader)
    case RecordTag.lifecycle: settings.lifecycle = try LifecycleCoding.decode(&reader)
    case RecordTag.storageClass:
      guard let found = StorageClass(rawValue: try reader.u8()) else { throw .badValue("storage class") }
      settings.storageClass = found
    case RecordTag.readsArchiveDirectly: settings.readsArchiveDirectly = try reader.u8() != 0
    case RecordTag.restoreClaim:
      let id = try reader.u64()
      let flags = try reader.u8()
      settings.restores.append(
        RestoreClaim(id: id, prefix: Array(reader.rest()), keeps: flags & 1 != 0, isOver: flags & 2 != 0))
      return
    default: return
    }
    try reader.expectEnd()
  }

  /// Mode (0: no default), unit (0 days, 1 years), number (varint).
  private static func encode(_ lock: ObjectLockConfiguration) -> [UInt8] {
    guard let retention = lock.defaultRetention else { return [0] }
    var value = ByteWriter(capacity: 8)
    value.u8(retention.mode.rawValue)
    switch retention.period {
    case .days(let days):
      value.u8(0)
      value.varint(UInt64(clamping: days))
    case .years(let years):
      value.u8(1)
      value.varint(UInt64(clamping: years))
    }
    return value.bytes
  }

  private static func decodeLock(
    _ reader: inout ByteReader
  ) throws(RecordError) -> ObjectLockConfiguration {
    let mode = try reader.u8()
    if mode == 0 { return ObjectLockConfiguration() }
    guard let mode = RetentionMode(rawValue: mode) else { throw .badValue("retention mode") }
    let unit = try reader.u8()
    let count = Int(clamping: try reader.varint())
    switch unit {
    case 0 where (1...ObjectLockConfiguration.mostDays).contains(count):
      return ObjectLockConfiguration(defaultRetention: .init(mode: mode, period: .days(count)))
    case 1 where (1...ObjectLockConfiguration.mostYears).contains(count):
      return ObjectLockConfiguration(defaultRetention: .init(mode: mode, period: .years(count)))
    default: throw .badValue("retention period")
    }
  }

  /// State (1), days (varint), begun (8), id (string).
  private static func encode(_ worm: BucketWorm) -> [UInt8] {
    var value = ByteWriter(capacity: 48)
    value.u8(worm.state.rawValue)
    value.varint(UInt64(clamping: worm.days))
    value.i64(worm.created.milliseconds)
    value.string(worm.id)
    return value.bytes
  }

  private static func decodeWorm(_ reader: inout ByteReader) throws(RecordError) -> BucketWorm {
    guard let state = BucketWorm.State(rawValue: try reader.u8()) else { throw .badValue("WORM state") }
    let days = Int(clamping: try reader.varint())
    guard (1...BucketWorm.mostDays).contains(days) else { throw .badValue("WORM period") }
    let created = Timestamp(milliseconds: try reader.i64())
    return BucketWorm(id: try reader.string(), state: state, days: days, created: created)
  }
}
