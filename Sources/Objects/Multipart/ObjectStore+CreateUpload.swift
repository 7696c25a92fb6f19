import Metadata
import Primitives

extension ObjectStore {
  /// Begins an upload in parts. Throws `.checksumTypeUnsupported`, `.checksumTypeWithoutAlgorithm`.
  package func createMultipartUpload(
    _ request: CreateMultipartUploadRequest
  ) async throws(ObjectError) -> UploadInfo {
    let bucket = try buckets.entry(request.bucket)
    try Self.check(request.lock, bucket.info)
    let type = try Self.checksumType(request.checksumAlgorithm, request.checksumType)
    let random = SecureRandom.uint64()
    return try await metadata.update(
      .key(bucket: request.bucket.id, key: request.key.bytes)
    ) { (transaction) throws(ObjectError) in
      let info = try bucket.check(in: transaction)
      let now = transaction.timestamp
      let id = UploadID(created: now.rawValue, random: random)
      var fields = MetadataFields(
        owner: request.owner == request.bucket.owner ? nil : request.owner, system: request.system,
        user: request.user)
      fields.tags = request.tags
      // A default retention is counted from when the object comes to be.
      fields.retention = request.lock.retention
      fields.legalHold = request.lock.legalHold
      let record = UploadRecord(
        storageClass: request.storageClass, checksumAlgorithm: request.checksumAlgorithm,
        checksumType: type, initiated: Timestamp(milliseconds: now.milliseconds), partsChanged: 0,
        fields: fields, isSequential: request.isSequential)
      transaction.put(ObjectTables.upload(request.bucket.id, request.key.bytes, id), record.encode())
      transaction.addCounter(ObjectTables.bucketCounter(request.bucket.id, ObjectTables.uploadCount), 1)
      var looks = LifecycleLooks(info, key: request.key.bytes, calendar: bucket.calendar, now)
      looks?.expectUpload()
      looks?.write(to: transaction)
      return record.info(id: id, key: request.key, bucketOwner: request.bucket.owner)
    }
  }

  /// The type of an upload's checksum: SHA sums cannot be combined, CRC-64/NVME is always combined
  /// (AWS user guide, "Checking object integrity").
  static func checksumType(
    _ algorithm: ChecksumAlgorithm?, _ type: ChecksumType?
  ) throws(ObjectError) -> ChecksumType? {
    guard let algorithm else {
      if type != nil { throw .checksumTypeWithoutAlgorithm }
      return nil
    }
    switch (algorithm, type) {
    case (.crc64nvme, .composite?), (.crc64ecma, .composite?):
      throw .checksumTypeUnsupported(algorithm, .composite)
    case (.sha1, .fullObject?), (.sha256, .fullObject?):
      throw .checksumTypeUnsupported(algorithm, .fullObject)
    case (.crc64nvme, nil), (.crc64ecma, nil): return .fullObject
    case (_, nil): return .composite
    case (_, let type?): return type
    }
  }
}
