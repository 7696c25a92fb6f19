import Metadata
import Primitives

extension ObjectStore {
  /// Makes a part of a range of an object; its blobs are shared, not copied (AWS API reference,
  /// UploadPartCopy). Throws `.copyRangeOutOfBounds`, `.copySourceTooLarge`, `.noSuchUpload`, …
  package func uploadPartCopy(
    _ request: UploadPartCopyRequest
  ) async throws(ObjectError) -> UploadPartCopyResult {
    let bucket = try buckets.entry(request.bucket)
    try checkPartNumber(request.number)
    let id = try Self.uploadID(request.uploadID)
    let upload = try await upload(request.bucket, request.key, id)
    for _ in 0..<limits.attempts {
      let source = try await openSource(request.source)
      let range = try checkRange(request.range, source.info.size)
      let copied = try await prepareCopy(
        source, range, upload.checksumAlgorithm ?? .crc64nvme, for: request.bucket, request.key,
        upload.storageClass)
      let write = PartRowWrite(
        bucket: bucket, key: request.key, uploadID: id, number: request.number, size: copied.size,
        etag: ETag(md5: copied.md5), checksum: copied.checksum, pieces: copied.pieces,
        isSequential: upload.isSequential)
      let commit = CopyCommit(copied, source)
      guard let modified = try await self.commit(write, commit) else { continue }
      return UploadPartCopyResult(
        part: write.info(modified, upload),
        sourceLabel: source.bucket.isVersioned ? source.info.label : nil)
    }
    throw .conflict
  }

  private func checkRange(
    _ range: Range<UInt64>?, _ size: UInt64
  ) throws(ObjectError) -> Range<UInt64> {
    let wanted = range ?? 0..<size
    guard wanted.upperBound <= size, range?.isEmpty != true else {
      throw .copyRangeOutOfBounds(sourceSize: size)
    }
    guard wanted.upperBound - wanted.lowerBound <= limits.largestUpload else {
      throw .copySourceTooLarge(
        size: wanted.upperBound - wanted.lowerBound, maximum: limits.largestUpload)
    }
    return wanted
  }

  /// Nil: the source was overwritten meanwhile.
  private func commit(
    _ write: PartRowWrite, _ commit: CopyCommit
  ) async throws(ObjectError) -> Timestamp? {
    try await warm(commit.rowKeys)
    let done: (Timestamp, Aftermath)?
    do throws(ObjectError) {
      done = try await metadata.update(
        .key(bucket: write.bucket.id, key: write.key.bytes)
      ) { (transaction) throws(ObjectError) in
        var book = CommitBook(transaction)
        guard try commit.takeReferences(&book) else { return nil }
        let modified = try write.perform(&book)
        return (modified, book.aftermath)
      }
    } catch {
      giveBack(commit.newExtents, after: error)
      throw error
    }
    guard let (modified, aftermath) = done else { return nil }
    await settle(aftermath)
    return modified
  }
}
