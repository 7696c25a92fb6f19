import Metadata
import Primitives

/// The commit of an append.
struct AppendCommit: Sendable {
  let bucket: BucketEntry
  let request: AppendObjectRequest
  let payload: Payload
  let plan: AppendPlan
  let limits: ObjectLimits

  /// What the commit made of it.
  struct Done: Sendable {
    let result: AppendObjectResult
    let aftermath: Aftermath
  }

  /// Runs inside a commit closure. Nil: the object is not what the plan was made from.
  func perform(_ transaction: Transaction) throws(ObjectError) -> Done? {
    var versions = try KeyVersions(bucket, request.key, transaction)
    var book = CommitBook(transaction)
    guard let old = try versions.object() else {
      guard plan.base == nil else { return nil }
      return try create(&versions, &book)
    }
    var record = try old.record()
    guard let base = plan.base, old.row.version == base.version, record.moves == base.moves else {
      return nil
    }
    try Self.check(
      record.row.kind, sealed: record.appending?.sealed, size: record.row.size, request.key,
      request.position)
    try versions.checkLocks(old)
    guard record.row.checksumAlgorithm == .crc64ecma else {
      throw .damaged("an appendable object without its checksum")
    }
    let state = AppendState(of: record)
    book.ledger.adopt(plan.fresh)
    try book.ledger.drop(plan.dropped)

    let now = transaction.timestamp
    record.content = Content(pieces: plan.pieces)
    record.row.contentKind = record.content.kind
    record.row.size += payload.size
    record.row.etag = Self.etag(record.row.etag, payload)
    record.row.lastModified = Timestamp(milliseconds: now.milliseconds)
    record.checksum = CRC.combine(
      .crc64ecma, state.checksum, payload.checksum, lengthOfSecond: payload.size)
    // Who copies what the object was before finds out by this.
    record.moves &+= 1
    record.appending = AppendProgress(last: now.rawValue)
    guard let value = record.encode(upTo: limits.recordBytes) else {
      throw .entityTooLarge(proposed: record.row.size, maximum: state.size)
    }
    try versions.extend(old, value, by: payload.size, from: state, &book)
    let label = versions.bucket.isVersioned ? old.row.label : nil
    return Done(result: result(record, label, now.rawValue), aftermath: book.aftermath)
  }

  private func create(_ versions: inout KeyVersions, _ book: inout CommitBook) throws(ObjectError) -> Done {
    book.ledger.adopt(plan.fresh)
    let now = book.transaction.timestamp
    let bucket = versions.bucket
    let content = Content(pieces: plan.pieces)
    let record = ObjectRecord(
      row: ObjectRow(
        contentKind: content.kind, kind: .appendable, storageClass: request.storageClass,
        checksumAlgorithm: .crc64ecma, checksumType: .fullObject, etag: ETag(md5: payload.md5),
        version: VersionID(rawValue: 0), lastModified: Timestamp(milliseconds: now.milliseconds),
        size: payload.size, recordLength: 0),
      fields: MetadataFields(
        owner: request.owner == bucket.owner ? nil : request.owner, system: request.system,
        user: request.user, tags: request.tags, lock: LockTerms(), in: bucket),
      checksum: payload.checksum, content: content, upload: nil)
    let written = try versions.put(
      record.encode(), size: payload.size, lastModified: nil, over: nil, &book)
    return Done(result: result(record, written.label, now.rawValue), aftermath: book.aftermath)
  }

  private func result(_ record: ObjectRecord, _ label: VersionLabel?, _ time: UInt64) -> AppendObjectResult {
    AppendObjectResult(
      etag: record.row.etag, size: record.row.size,
      checksum: ObjectChecksum(
        algorithm: .crc64ecma, type: .fullObject, value: record.checksum ?? []),
      lastModified: record.row.lastModified, label: label, moment: Moment(VersionID(rawValue: time)))
  }

  /// The tag of an object that was appended to: nobody can tell the MD5 of all its bytes without reading them.
  private static func etag(_ before: ETag, _ payload: Payload) -> ETag {
    ETag(md5: MD5.hash(before.md5 + payload.md5))
  }

  /// Throws `.objectNotAppendable`, `.positionNotEqualToLength`.
  static func check(
    _ kind: ObjectKind, sealed: Timestamp?, size: UInt64, _ key: ObjectKey, _ position: UInt64
  ) throws(ObjectError) {
    guard kind == .appendable, sealed == nil else { throw .objectNotAppendable(key) }
    guard size == position else { throw .positionNotEqualToLength(next: size) }
  }
}
