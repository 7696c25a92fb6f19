import Metadata
import Primitives
import Ring
import Volumes

extension ObjectStore {
  /// Stores an object: durable when it returns. On any error nothing is stored.
  package func putObject(
    _ request: PutObjectRequest, body: any ObjectBody
  ) async throws(ObjectError) -> PutObjectResult {
    let bucket = try buckets.entry(request.bucket)
    try Self.check(request.lock, bucket.info)
    if !request.conditions.isEmpty {
      // Only to spare the body: the commit judges again.
      try request.conditions.check(try await currentTag(request.bucket, request.key), key: request.key)
    }
    let algorithm = request.checksumAlgorithm ?? .crc64nvme
    let payload = try await receive(
      body,
      PayloadTerms(
        bucket: request.bucket, key: request.key, storageClass: request.storageClass,
        contentMD5: request.contentMD5, algorithm: algorithm, expectedChecksum: request.expectedChecksum))
    let etag = ETag(md5: payload.md5)
    let record = ObjectRecord(
      row: ObjectRow(
        contentKind: payload.content.kind, storageClass: request.storageClass,
        checksumAlgorithm: algorithm, checksumType: .fullObject, etag: etag,
        version: VersionID(rawValue: 0), lastModified: Timestamp(milliseconds: 0), size: payload.size,
        recordLength: 0),
      fields: MetadataFields(
        owner: request.owner == request.bucket.owner ? nil : request.owner, system: request.system,
        user: request.user, tags: request.tags, lock: request.lock, in: bucket.info),
      checksum: payload.checksum, content: payload.content, upload: nil)
    let write = ObjectRowWrite(
      bucket: bucket, key: request.key, value: record.encode(), size: payload.size, lastModified: nil,
      conditions: request.conditions)
    let written = try await commit(write, adopting: payload)
    return PutObjectResult(
      etag: etag, size: payload.size,
      checksum: ObjectChecksum(algorithm: algorithm, type: .fullObject, value: payload.checksum),
      lastModified: written.lastModified, version: written.version, label: written.label)
  }

  /// Commits an object whose bytes were just received.
  private func commit(
    _ write: ObjectRowWrite, adopting payload: Payload
  ) async throws(ObjectError) -> ObjectRowWrite.Written {
    let pieces = payload.pieces
    do throws(ObjectError) {
      let (written, aftermath) = try await metadata.update(
        .key(bucket: write.bucket.id, key: write.key.bytes)
      ) { (transaction) throws(ObjectError) in
        var book = CommitBook(transaction)
        book.ledger.adopt(pieces)
        let written = try write.perform(&book)
        return (written, book.aftermath)
      }
      CrashPoint.objectCommitted.reach()
      await settle(aftermath)
      return written
    } catch {
      giveBack(payload.extents, after: error)
      throw error
    }
  }

  /// Accounts extents that no commit took. Where it is not known whether one did, the next start finds out.
  func giveBack(_ extents: [ExtentLocation], after error: ObjectError) {
    guard !extents.isEmpty, !error.mayHaveCommitted else { return }
    volumes.markDead(extents)
  }

  /// The tag of the key's current object; nil when there is none.
  func currentTag(_ bucket: BucketInfo, _ key: ObjectKey) async throws(ObjectError) -> ETag? {
    guard let value = try await metadata.row(ObjectTables.object(bucket.id, key.bytes)) else { return nil }
    return try decoding { () throws(RecordError) in try ObjectRow(value) }.etag
  }
}
