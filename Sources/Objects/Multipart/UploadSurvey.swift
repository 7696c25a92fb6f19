import Metadata
import Primitives

/// An upload and what is in it, as of one moment: every step that reads more of it checks that no part was
/// touched since.
struct UploadSurvey: Sendable {
  let upload: UploadRecord
  let parts: [PartSummary]
}

/// A step of parts, or the news that the upload is gone or was changed.
enum PartStep: Sendable {
  case rows([PartRow])
  case changed
}

extension ObjectStore {
  /// The upload with a summary of all its parts; nil when there is no such upload.
  func survey(
    _ bucket: BucketInfo, _ key: ObjectKey, _ id: UploadID
  ) async throws(ObjectError) -> UploadSurvey? {
    for _ in 0..<limits.attempts {
      let uploadKey = ObjectTables.upload(bucket.id, key.bytes, id)
      guard let value = try await metadata.row(uploadKey) else { return nil }
      let upload = try decoding { () throws(RecordError) in try UploadRecord(decoding: value) }
      if let parts = try await summaries(bucket, key, id, upload) {
        return UploadSurvey(upload: upload, parts: parts)
      }
    }
    throw .conflict
  }

  /// Nil: the parts were changed since `upload` was read.
  private func summaries(
    _ bucket: BucketInfo, _ key: ObjectKey, _ id: UploadID, _ upload: UploadRecord
  ) async throws(ObjectError) -> [PartSummary]? {
    let algorithm = upload.checksumAlgorithm ?? .crc64nvme
    var parts: [PartSummary] = []
    while true {
      let after = parts.last?.number ?? 0
      switch try await partStep(bucket, key, id, upload, after: after) {
      case .changed: return nil
      case .rows(let rows):
        for row in rows {
          guard row.record.checksum.count == algorithm.digestLength else {
            throw .damaged("a part's checksum")
          }
          parts.append(
            PartSummary(
              number: row.number, size: row.record.size, etag: row.record.etag,
              checksum: row.record.checksum))
        }
        if rows.count < limits.rowsPerStep { return parts }
      }
    }
  }

  /// The next parts of an upload that nobody touched since `upload` was read.
  func partStep(
    _ bucket: BucketInfo, _ key: ObjectKey, _ id: UploadID, _ upload: UploadRecord, after: Int
  ) async throws(ObjectError) -> PartStep {
    let limit = limits.rowsPerStep
    return try await metadata.read { (reader) throws(ObjectError) in
      guard let value = try reader.row(ObjectTables.upload(bucket.id, key.bytes, id)),
        try decoding({ () throws(RecordError) in try UploadRecord(decoding: value) }).partsChanged
          == upload.partsChanged
      else { return .changed }
      return .rows(
        try PartRow.read(
          reader, prefix: ObjectTables.partPrefix(bucket.id, id), after: after, limit: limit))
    }
  }
}
