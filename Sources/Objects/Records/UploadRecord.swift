import Primitives

/// An upload's row.
struct UploadRecord: Hashable, Sendable {
  static let recordVersion: UInt8 = 1
  static let fixedLength = 20
  /// Where the timestamp of the last change of a part stands.
  static let partsChangedOffset = 12

  var storageClass: StorageClass
  var checksumAlgorithm: ChecksumAlgorithm?
  var checksumType: ChecksumType?
  var initiated: Timestamp
  /// Timestamp of the last update that wrote a part; 0 before the first.
  var partsChanged: UInt64
  var fields: MetadataFields
  /// Whether its parts must come in the order of their numbers.
  var isSequential = false

  func encode() -> [UInt8] {
    var writer = ByteWriter(capacity: 256)
    writer.u8(Self.recordVersion)
    writer.u8(storageClass.rawValue)
    writer.u8(checksumAlgorithm?.rawValue ?? 0)
    writer.u8(checksumType?.rawValue ?? 0)
    writer.i64(initiated.milliseconds)
    writer.u64(partsChanged)
    fields.encode(to: &writer)
    fields.encodeAttributes(to: &writer)
    if isSequential { writer.field(RecordTag.sequential, [1]) }
    return writer.bytes
  }

  init(
    storageClass: StorageClass, checksumAlgorithm: ChecksumAlgorithm?, checksumType: ChecksumType?,
    initiated: Timestamp, partsChanged: UInt64, fields: MetadataFields, isSequential: Bool = false
  ) {
    self.storageClass = storageClass
    self.checksumAlgorithm = checksumAlgorithm
    self.checksumType = checksumType
    self.initiated = initiated
    self.partsChanged = partsChanged
    self.fields = fields
    self.isSequential = isSequential
  }

  init(decoding value: [UInt8]) throws(RecordError) {
    var reader = ByteReader(value)
    let version = try reader.u8()
    guard version == Self.recordVersion else { throw .unknownVersion(version) }
    guard let storageClass = StorageClass(rawValue: try reader.u8()) else { throw .badValue("storage class") }
    self.storageClass = storageClass
    let algorithm = try reader.u8()
    let type = try reader.u8()
    checksumAlgorithm = algorithm == 0 ? nil : ChecksumAlgorithm(rawValue: algorithm)
    checksumType = type == 0 ? nil : ChecksumType(rawValue: type)
    guard (checksumAlgorithm == nil) == (algorithm == 0), (checksumType == nil) == (type == 0),
      (checksumAlgorithm == nil) == (checksumType == nil)
    else { throw .badValue("checksum kind") }
    if let checksumAlgorithm, checksumType == .fullObject, !checksumAlgorithm.isCRC {
      throw .badValue("checksum type")
    }
    initiated = Timestamp(milliseconds: try reader.i64())
    partsChanged = try reader.u64()
    fields = MetadataFields()
    var entries: [UserMetadata.Entry] = []
    var last: UInt8 = 0
    while let (tag, field) = try reader.field(after: last) {
      last = tag
      if tag == RecordTag.sequential { isSequential = field.first == 1 }
      try fields.take(tag, field, &entries)
    }
    if !entries.isEmpty { fields.user = UserMetadata(entries) }
  }

  /// The upload as listings and operations show it.
  func info(id: UploadID, key: ObjectKey, bucketOwner: PrincipalID) -> UploadInfo {
    UploadInfo(
      id: id, key: key, owner: fields.owner ?? bucketOwner, initiated: initiated,
      storageClass: storageClass, checksumAlgorithm: checksumAlgorithm, checksumType: checksumType,
      system: fields.system, user: fields.user)
  }
}
