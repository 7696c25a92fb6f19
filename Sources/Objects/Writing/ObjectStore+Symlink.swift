import Metadata
package import Primitives
import Ring

/// What a symbolic link has become.
package struct PutSymlinkResult: Hashable, Sendable {
  package let etag: ETag
  /// How clients name the version; nil in a bucket that has never had versioning.
  package let label: VersionLabel?
}

extension ObjectStore {
  /// Stores a symbolic link: an object without bytes that readers get another one for. Whether that is there is not
  /// asked. What `request` says of a body is ignored.
  package func putSymlink(
    _ request: PutObjectRequest, target: ObjectKey
  ) async throws(ObjectError) -> PutSymlinkResult {
    let bucket = try buckets.entry(request.bucket)
    try Self.check(request.lock, bucket.info)
    var record = ObjectRecord(
      row: ObjectRow(
        contentKind: .inline, storageClass: request.storageClass, etag: ETag(high: 0, low: 0, partCount: 0),
        version: VersionID(rawValue: 0), lastModified: Timestamp(milliseconds: 0), size: 0, recordLength: 0),
      fields: MetadataFields(
        owner: request.owner == request.bucket.owner ? nil : request.owner, system: request.system,
        user: request.user, tags: request.tags, lock: request.lock, in: bucket.info),
      checksum: nil, content: .inline([]), upload: nil)
    record.becomeSymlink(to: target)
    let write = ObjectRowWrite(
      bucket: bucket, key: request.key, value: record.encode(), size: 0, lastModified: nil,
      conditions: request.conditions)
    let (written, aftermath) = try await metadata.update(
      .key(bucket: request.bucket.id, key: request.key.bytes)
    ) { (transaction) throws(ObjectError) in
      var book = CommitBook(transaction)
      let written = try write.perform(&book)
      return (written, book.aftermath)
    }
    CrashPoint.objectCommitted.reach()
    await settle(aftermath)
    return PutSymlinkResult(etag: record.row.etag, label: written.label)
  }

  /// A symbolic link itself. Throws `.notSymlink`, and as `objectInfo`.
  package func symlink(
    bucket: BucketInfo, key: ObjectKey, version: VersionLabel? = nil, asOf: Moment? = nil
  ) async throws(ObjectError) -> (info: ObjectInfo, target: ObjectKey) {
    let info = try await objectInfo(bucket: bucket, key: key, version: version, asOf: asOf)
    guard let target = info.target else { throw .notSymlink(key) }
    return (info, target)
  }
}

extension ObjectRecord {
  /// Makes an empty object a symbolic link. Its tag is the MD5 of the target's key; it has no checksum.
  mutating func becomeSymlink(to target: ObjectKey) {
    row.kind = .symlink
    row.etag = ETag(md5: MD5.hash(target.bytes))
    row.checksumAlgorithm = nil
    row.checksumType = nil
    checksum = nil
    self.target = target
  }
}
