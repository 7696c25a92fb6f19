import Primitives

/// A whole object record (docs/format/metadata.md, "Object record").
struct ObjectRecord: Hashable, Sendable {
  var row: ObjectRow
  var fields: MetadataFields
  /// Raw value; nil exactly when the row names no algorithm.
  var checksum: [UInt8]?
  var content: Content
  /// The upload that it was completed from.
  var upload: UploadID?
  /// How often the content was moved to other blobs (docs/ordering.md, "Reclaim", rule 4).
  var moves: UInt64 = 0
  /// Of an appendable object that was appended to or sealed.
  var appending: AppendProgress?
  /// The object that a symbolic link stands for; nil exactly when it is none.
  var target: ObjectKey?
  /// Of a version in an archive: the restore that was asked for last.
  var restore: ArchiveRestore?

  /// The value of the object's row. The record in front of inline bytes must not be longer than a row allows.
  func encode() -> [UInt8] {
    guard let value = encode(upTo: ObjectRow.longest) else {
      preconditionFailure("an object record is too long")
    }
    return value
  }

  /// The value of the object's row; nil when the record in it, without inline bytes, has more than `limit` bytes.
  func encode(upTo limit: Int) -> [UInt8]? {
    var inline: ArraySlice<UInt8> = []
    if case .inline(let bytes) = content { inline = bytes }
    var writer = ByteWriter(capacity: 256)
    row.encode(to: &writer)
    if let checksum { writer.field(RecordTag.checksum, checksum) }
    fields.encode(to: &writer)
    encodeContent(to: &writer)
    if let upload { writer.field(RecordTag.upload, upload.bytes) }
    if moves > 0 {
      var count = ByteWriter(capacity: 10)
      count.varint(moves)
      writer.field(RecordTag.moves, count.bytes)
    }
    fields.encodeAttributes(to: &writer)
    appending?.encode(to: &writer)
    if let target { writer.field(RecordTag.target, target.bytes) }
    if let restore { writer.field(RecordTag.restore, RestoreCoding.encode(restore)) }
    guard writer.count <= limit else { return nil }

    // Not through the writer: whole arrays are copied at once.
    var value: [UInt8] = []
    value.reserveCapacity(writer.count + inline.count)
    value.append(contentsOf: writer.bytes)
    ObjectRow.store(UInt32(clamping: writer.count), at: ObjectRow.lengthOffset, in: &value)
    value.append(contentsOf: inline)
    return value
  }

  private func encodeContent(to body: inout ByteWriter) {
    var value = ByteWriter(capacity: 64)
    switch content {
    case .inline: return
    case .pieces(let pieces):
      PieceCoding.encode(pieces, to: &value)
      body.field(RecordTag.pieces, value.bytes)
    case .parts(let parts):
      for part in parts { PieceCoding.encode(part, to: &value) }
      body.field(RecordTag.parts, value.bytes)
    case .manifest(let manifest):
      value.u64(manifest.id.high)
      value.u64(manifest.id.low)
      value.varint(UInt64(manifest.rows.count))
      for row in manifest.rows {
        value.varint(UInt64(row.parts))
        value.varint(row.bytes)
      }
      body.field(RecordTag.manifest, value.bytes)
    }
  }
}

extension ObjectRecord {
  /// Reads the value of an object's row.
  init(decoding value: [UInt8]) throws(RecordError) {
    row = try ObjectRow(value)
    fields = MetadataFields()
    var entries: [UserMetadata.Entry] = []
    var checksum: [UInt8]?
    var content: Content?
    var reader = ByteReader(value)
    _ = try reader.rawSlice(ObjectRow.fixedLength)
    var last: UInt8 = 0
    while reader.position < row.recordLength, let (tag, field) = try reader.field(after: last) {
      last = tag
      switch tag {
      case RecordTag.checksum: checksum = Array(field)
      case RecordTag.pieces, RecordTag.parts, RecordTag.manifest:
        guard content == nil else { throw .badValue("content") }
        content = try Self.decodeContent(tag, field, size: row.size)
      case RecordTag.upload: upload = try Self.decodeUpload(field)
      case RecordTag.moves: moves = try Self.decodeMoves(field)
      case RecordTag.appending: appending = try AppendProgress(decoding: field)
      case RecordTag.target: target = ObjectKey(stored: Array(field))
      case RecordTag.restore: restore = try RestoreCoding.decode(field)
      default: try fields.take(tag, field, &entries)
      }
    }
    guard reader.position == row.recordLength else { throw .badValue("record length") }
    guard (target != nil) == (row.kind == .symlink) else { throw .badValue("link") }
    if !entries.isEmpty { fields.user = UserMetadata(entries) }
    self.checksum = checksum
    guard (checksum?.count ?? 0) == (row.checksumAlgorithm?.digestLength ?? 0) else {
      throw .badValue("checksum length")
    }
    let found = content ?? .inline(value[row.recordLength...])
    guard found.kind == row.contentKind else { throw .badValue("content kind") }
    self.content = found
  }

  private static func decodeUpload(_ field: ArraySlice<UInt8>) throws(RecordError) -> UploadID {
    var reader = ByteReader(Array(field))
    let id = UploadID(created: try reader.u64(), random: try reader.u64())
    try reader.expectEnd()
    return id
  }

  private static func decodeMoves(_ field: ArraySlice<UInt8>) throws(RecordError) -> UInt64 {
    var reader = ByteReader(Array(field))
    let moves = try reader.varint()
    try reader.expectEnd()
    return moves
  }

  private static func decodeContent(
    _ tag: UInt8, _ field: ArraySlice<UInt8>, size: UInt64
  ) throws(RecordError) -> Content {
    var reader = ByteReader(Array(field))
    switch tag {
    case RecordTag.pieces:
      let pieces = try PieceCoding.decodePieces(&reader)
      try reader.expectEnd()
      guard try PieceCoding.checkedLength(pieces) == size else { throw .badValue("content length") }
      return .pieces(pieces)
    case RecordTag.parts:
      var parts: [PartEntry] = []
      var total: UInt64 = 0
      while !reader.isAtEnd {
        let part = try PieceCoding.decodePart(&reader)
        total = try sum(total, part.size)
        parts.append(part)
      }
      guard total == size else { throw .badValue("content length") }
      return .parts(parts)
    default: return .manifest(try decodeManifest(&reader, size: size))
    }
  }

  private static func decodeManifest(
    _ reader: inout ByteReader, size: UInt64
  ) throws(RecordError) -> ManifestReference {
    let id = ManifestID(high: try reader.u64(), low: try reader.u64())
    var rows: [ManifestReference.Row] = []
    var total: UInt64 = 0
    for _ in 0..<(try reader.count("manifest rows")) {
      let parts = try reader.varint()
      guard parts <= UInt64(UInt16.max) else { throw .badValue("parts in a manifest row") }
      let row = ManifestReference.Row(parts: Int(parts), bytes: try reader.varint())
      total = try sum(total, row.bytes)
      rows.append(row)
    }
    try reader.expectEnd()
    guard total == size else { throw .badValue("content length") }
    return ManifestReference(id: id, rows: rows)
  }

  private static func sum(_ a: UInt64, _ b: UInt64) throws(RecordError) -> UInt64 {
    let (sum, overflow) = a.addingReportingOverflow(b)
    guard !overflow else { throw .badValue("content length") }
    return sum
  }
}

extension Content {
  /// How records call it.
  var kind: ObjectRow.ContentKind {
    switch self {
    case .inline: .inline
    case .pieces: .pieces
    case .parts: .parts
    case .manifest: .manifest
    }
  }
}

extension ObjectRecord {
  /// What readers are shown. `bucketOwner` stands in where the record names no owner.
  consuming func info(key: ObjectKey, bucketOwner: PrincipalID) -> ObjectInfo {
    ObjectInfo(
      key: key, version: row.version, size: row.size, etag: row.etag, lastModified: row.lastModified,
      storageClass: row.storageClass, system: fields.system, user: fields.user,
      checksum: storedChecksum, owner: fields.owner ?? bucketOwner, isNullVersion: row.isNullVersion,
      tags: fields.tags, retention: fields.retention, legalHold: fields.legalHold, kind: row.kind,
      sealed: appending?.sealed, target: target, restore: restore)
  }

  var storedChecksum: ObjectChecksum? {
    guard let algorithm = row.checksumAlgorithm, let type = row.checksumType, let checksum else {
      return nil
    }
    return ObjectChecksum(
      algorithm: algorithm, type: type, value: checksum,
      partCount: type == .composite ? row.etag.partCount : nil)
  }
}
