import Metadata
import Primitives

/// One attempt at completing an upload: the parts as they were read, and the manifest as far as it is
/// written.
struct CompleteAttempt {
  let bucket: BucketEntry
  let key: ObjectKey
  let id: UploadID
  let upload: UploadRecord
  let assembly: PartAssembly
  /// Rows of parts that there are, listed or not.
  let partCount: Int
  let manifest = ManifestID.random()
  var sink: ManifestSink
  /// Keys of all part rows, and what the unlisted ones refer to; kept only while there are few.
  var partKeys: [[UInt8]] = []
  var unlisted: [Piece] = []
  /// The clean-up that guards manifest rows written ahead.
  var guardID: CleanUpID?

  init(
    _ bucket: BucketEntry, _ key: ObjectKey, _ id: UploadID, _ survey: UploadSurvey,
    _ assembly: PartAssembly, _ limits: ObjectLimits
  ) {
    self.bucket = bucket
    self.key = key
    self.id = id
    upload = survey.upload
    self.assembly = assembly
    partCount = survey.parts.count
    sink = ManifestSink(limits)
  }

  var listed: PartSet { PartSet(assembly.parts.lazy.map(\.number)) }

  /// A part as the object will name it. Part checksums are kept where the object's is made of them.
  func entry(_ row: PartRow) -> PartEntry {
    PartEntry(
      number: row.number, size: row.record.size, etag: row.record.etag,
      checksum: assembly.checksum.type == .composite ? row.record.checksum : nil,
      pieces: row.record.pieces)
  }

  /// The object's record, once the sink has all parts.
  func record(bucketOwner: PrincipalID) -> ObjectRecord {
    let content = sink.content(manifest)
    var fields = upload.fields
    if fields.retention == nil {
      fields.retention = bucket.info.settings.objectLock?.defaultRetention?.retention(from: Timestamp.now())
    }
    return ObjectRecord(
      row: ObjectRow(
        contentKind: content.kind, storageClass: upload.storageClass,
        checksumAlgorithm: assembly.checksum.algorithm, checksumType: assembly.checksum.type,
        etag: assembly.etag, version: VersionID(rawValue: 0), lastModified: upload.initiated,
        size: assembly.size, recordLength: 0),
      fields: fields, checksum: assembly.checksum.value, content: content, upload: id)
  }
}
