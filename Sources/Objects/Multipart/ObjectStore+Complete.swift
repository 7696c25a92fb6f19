import Metadata
import Primitives
import Ring

extension ObjectStore {
  /// Makes an object of parts; the others are freed. The same list again, while the object is still there,
  /// gives the same result. Throws `.noSuchUpload`, `.noParts`, `.invalidPart`, `.invalidPartOrder`,
  /// `.partTooSmall`, … and then leaves the upload as it is.
  package func completeMultipartUpload(
    _ request: CompleteMultipartUploadRequest
  ) async throws(ObjectError) -> CompleteMultipartUploadResult {
    let bucket = try buckets.entry(request.bucket)
    let id = try Self.uploadID(request.uploadID)
    if request.parts.isEmpty { throw .noParts }
    for _ in 0..<limits.attempts {
      guard let survey = try await survey(request.bucket, request.key, id) else {
        return try await repeated(request, id)
      }
      let assembly = try PartAssembly(
        request, survey.upload, uploaded: survey.parts,
        smallestPart: survey.upload.checksumAlgorithm == .crc64ecma
          ? limits.smallestECMAPart : limits.smallestPart)
      if !request.conditions.isEmpty {
        // Only to spare the work: the commit judges again.
        try request.conditions.check(
          try await currentTag(request.bucket, request.key), key: request.key)
      }
      var attempt = CompleteAttempt(bucket, request.key, id, survey, assembly, limits)
      if let result = try await perform(&attempt, request.conditions) { return result }
    }
    throw .conflict
  }

  /// Nil: the parts were changed meanwhile. Manifest rows written ahead do not outlive a failure.
  private func perform(
    _ attempt: inout CompleteAttempt, _ conditions: WriteConditions
  ) async throws(ObjectError) -> CompleteMultipartUploadResult? {
    do throws(ObjectError) {
      if try await collect(&attempt), let result = try await commit(attempt, conditions) { return result }
      if let id = attempt.guardID { await attemptCleanUp(id) }
      return nil
    } catch {
      if let id = attempt.guardID { await attemptCleanUp(id) }
      throw error
    }
  }

  /// Reads the parts' pieces into the sink. False: the parts were changed meanwhile.
  private func collect(_ attempt: inout CompleteAttempt) async throws(ObjectError) -> Bool {
    let listed = attempt.listed
    let isSmall = attempt.partCount <= limits.rowsPerCleanup
    var after = 0
    while true {
      let step = try await partStep(
        attempt.bucket.info, attempt.key, attempt.id, attempt.upload, after: after)
      guard case .rows(let rows) = step else { return false }
      for row in rows {
        if listed.contains(row.number) {
          attempt.sink.append(attempt.entry(row))
        } else if isSmall {
          attempt.unlisted.append(contentsOf: row.record.pieces)
        }
        if isSmall { attempt.partKeys.append(row.key) }
      }
      while attempt.sink.waiting > limits.manifestRowsPerCommit { try await writeAhead(&attempt) }
      guard rows.count == limits.rowsPerStep, let last = rows.last else { break }
      after = last.number
    }
    attempt.sink.finish()
    while attempt.sink.waiting > limits.manifestRowsPerCommit { try await writeAhead(&attempt) }
    return true
  }

  /// Commits some manifest rows before the object, with the clean-up that deletes them should the object
  /// never come to be.
  private func writeAhead(_ attempt: inout CompleteAttempt) async throws(ObjectError) {
    let rows = attempt.sink.take(limits.manifestRowsPerCommit)
    let bucket = attempt.bucket.id
    let manifest = attempt.manifest
    let record = CleanUpRecord(
      bucket: bucket, work: .discardManifest(manifest, rows: attempt.sink.taken))
    let guardID = attempt.guardID
    attempt.guardID = try await metadata.update(
      .key(bucket: bucket, key: attempt.key.bytes)
    ) { (transaction) throws(ObjectError) in
      let id = guardID ?? CleanUpID(timestamp: transaction.timestamp.rawValue, index: 0)
      for row in rows {
        transaction.put(ObjectTables.manifestRow(bucket, manifest, row.index), row.value)
      }
      transaction.put(id.key, record.encode())
      return id
    }
  }

  /// Nil: the parts were changed meanwhile.
  private func commit(
    _ attempt: CompleteAttempt, _ conditions: WriteConditions
  ) async throws(ObjectError) -> CompleteMultipartUploadResult? {
    var attempt = attempt
    let rows = attempt.sink.take(.max)
    let bucket = attempt.bucket.info
    let work = CompleteCommit(
      write: ObjectRowWrite(
        bucket: attempt.bucket, key: attempt.key, value: attempt.record(bucketOwner: bucket.owner).encode(),
        size: attempt.assembly.size, lastModified: attempt.upload.initiated, conditions: conditions),
      id: attempt.id, partsChanged: attempt.upload.partsChanged, manifest: attempt.manifest,
      rows: rows, guardID: attempt.guardID, listed: attempt.listed,
      partKeys: attempt.partCount <= limits.rowsPerCleanup ? attempt.partKeys : nil,
      unlisted: attempt.unlisted)
    let done = try await metadata.update(
      .key(bucket: bucket.id, key: attempt.key.bytes)
    ) { (transaction) throws(ObjectError) in try work.perform(transaction) }
    guard let (written, aftermath) = done else { return nil }
    CrashPoint.uploadCompleted.reach()
    await settle(aftermath)
    return CompleteMultipartUploadResult(
      etag: attempt.assembly.etag, size: attempt.assembly.size, checksum: attempt.assembly.checksum,
      lastModified: written.lastModified, version: written.version, label: written.label)
  }

  /// The answer to a Complete whose upload is gone: the object says whether it was made by the same one.
  private func repeated(
    _ request: CompleteMultipartUploadRequest, _ id: UploadID
  ) async throws(ObjectError) -> CompleteMultipartUploadResult {
    let key = ObjectTables.object(request.bucket.id, request.key.bytes)
    guard let value = try await metadata.row(key) else { throw .noSuchUpload(id: request.uploadID) }
    let record = try decoding { () throws(RecordError) in try ObjectRecord(decoding: value) }
    let tags = request.parts.compactMap { ETag(partText: $0.etag) }
    guard record.upload == id, tags.count == request.parts.count, let checksum = record.storedChecksum,
      PartAssembly.etag(tags) == record.row.etag
    else { throw .noSuchUpload(id: request.uploadID) }
    return CompleteMultipartUploadResult(
      etag: record.row.etag, size: record.row.size, checksum: checksum,
      lastModified: record.row.lastModified, version: record.row.version,
      label: request.bucket.isVersioned ? record.row.label : nil)
  }
}

extension ETag {
  /// The tag of a part, 32 hexadecimal digits.
  init?(partText: String) {
    guard partText.utf8.count == 32, let md5 = Hex.decode(partText.utf8) else { return nil }
    self.init(md5: md5)
  }
}
