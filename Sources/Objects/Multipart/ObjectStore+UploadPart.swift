import Metadata
import Primitives
import Volumes

extension ObjectStore {
  /// Stores a part in place of any with its number. Throws `.noSuchUpload`, `.partNumberOutOfRange`,
  /// `.checksumAlgorithmMismatch` and what a body can fail with.
  package func uploadPart(
    _ request: UploadPartRequest, body: any ObjectBody
  ) async throws(ObjectError) -> PartInfo {
    let bucket = try buckets.entry(request.bucket)
    try checkPartNumber(request.number)
    let id = try Self.uploadID(request.uploadID)
    let upload = try await upload(request.bucket, request.key, id)
    let declared = upload.checksumAlgorithm
    let sent = request.checksumAlgorithm
    // A part may come without a checksum, except to a composite upload; and where the upload declared none, with
    // any: boto3 and others send CRC-32 with every part of an upload that they created without an algorithm.
    if declared != nil, sent != declared, sent != nil || upload.checksumType == .composite {
      throw .checksumAlgorithmMismatch(expected: declared, actual: sent)
    }
    if upload.isSequential, request.number > 1,
      try await metadata.row(ObjectTables.part(request.bucket.id, id, request.number - 1)) == nil
    {
      // Only to spare the body: the commit judges again.
      throw .partNotSequential(number: request.number)
    }
    let payload = try await receive(
      body,
      PayloadTerms(
        bucket: request.bucket, key: request.key, storageClass: upload.storageClass,
        contentMD5: request.contentMD5, algorithm: declared ?? .crc64nvme, verified: sent,
        expectedChecksum: request.expectedChecksum))
    let write = PartRowWrite(
      bucket: bucket, key: request.key, uploadID: id, number: request.number, size: payload.size,
      etag: ETag(md5: payload.md5), checksum: payload.checksum, pieces: payload.pieces,
      isSequential: upload.isSequential)
    do throws(ObjectError) {
      let (modified, aftermath) = try await metadata.update(
        .key(bucket: request.bucket.id, key: request.key.bytes)
      ) { (transaction) throws(ObjectError) in
        var book = CommitBook(transaction)
        book.ledger.adopt(payload.pieces)
        let modified = try write.perform(&book)
        return (modified, book.aftermath)
      }
      await settle(aftermath)
      return write.info(modified, upload)
    } catch {
      giveBack(payload.extents, after: error)
      throw error
    }
  }

  func checkPartNumber(_ number: Int) throws(ObjectError) {
    guard (1...limits.partCount).contains(number) else {
      throw .partNumberOutOfRange(number: number, maximum: limits.partCount)
    }
  }

  /// The row of an upload. Throws `.noSuchUpload`.
  func upload(
    _ bucket: BucketInfo, _ key: ObjectKey, _ id: UploadID
  ) async throws(ObjectError) -> UploadRecord {
    guard let value = try await metadata.row(ObjectTables.upload(bucket.id, key.bytes, id)) else {
      throw .noSuchUpload(id: id.text)
    }
    return try decoding { () throws(RecordError) in try UploadRecord(decoding: value) }
  }
}
