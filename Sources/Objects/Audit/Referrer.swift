import Metadata
import Primitives
import Volumes

/// A version of an object, or an upload, with everything on the volumes that it refers to.
struct Referrer: Sendable {
  /// What the log calls it.
  let subject: StorageFailure.Subject
  /// The key of its row, of the object or of the upload.
  let rowKey: [UInt8]
  let extents: [ExtentLocation]
}

/// Some of the referrers, in the order of their rows.
struct ReferrerStep: Sendable {
  var referrers: [Referrer] = []
  /// Rows that cannot be read.
  var damaged: [StorageFailure] = []
  /// Where the next step begins; nil at the end.
  var next: [UInt8]?
}

extension ObjectStore {
  /// Where walking through all referrers begins.
  static let firstReferrer: [UInt8] = [ObjectTables.objects]

  /// Referrers from a row key on: objects, their other versions, what was removed and is kept, then uploads. Reads one
  /// snapshot; takes memory in proportion to `rows`.
  func referrers(from start: [UInt8], rows limit: Int) async throws(ObjectError) -> ReferrerStep {
    let table = start.first ?? ObjectTables.objects
    var step = try await metadata.read { (reader) throws(ObjectError) -> ReferrerStep in
      var step = ReferrerStep()
      let rows = try Self.rows(reader, from: start, prefix: [table], limit: limit)
      for row in rows {
        let subject = self.subject(of: row)
        do throws(ObjectError) {
          let extents = try self.extents(of: row, reader)
          if !extents.isEmpty {
            step.referrers.append(Referrer(subject: subject, rowKey: row.key, extents: extents))
          }
        } catch {
          guard case .storage(var failure) = error, failure.code == .damaged else { throw error }
          failure.subject = subject
          step.damaged.append(failure)
        }
      }
      if rows.count == limit, let last = rows.last { step.next = last.key + [0] }
      return step
    }
    if step.next == nil { step.next = Self.referrerTable(after: table) }
    return step
  }

  private static func referrerTable(after table: UInt8) -> [UInt8]? {
    let tables = ObjectTables.recordTables + [ObjectTables.uploads]
    guard let index = tables.firstIndex(of: table), index + 1 < tables.count else { return nil }
    return [tables[index + 1]]
  }

  /// Whether the referrer still refers to an extent, which may have been given up since it was read.
  func refers(_ rowKey: [UInt8], to extent: ExtentLocation) async throws(ObjectError) -> Bool {
    try await metadata.read { (reader) throws(ObjectError) in
      guard let value = try reader.row(rowKey) else { return false }
      return try self.extents(of: MetadataEntry(key: rowKey, value: value), reader).contains(extent)
    }
  }

  private func extents(of row: MetadataEntry, _ reader: any MetadataReader) throws(ObjectError)
    -> [ExtentLocation]
  {
    guard row.key.count > 9 else { throw .damaged("a row's key") }
    return switch row.key.first {
    case ObjectTables.uploads: try uploadExtents(row, reader)
    case let table? where ObjectTables.recordTables.contains(table): try objectExtents(row, reader)
    default: throw .damaged("a row of another table")
    }
  }

  private func objectExtents(
    _ row: MetadataEntry, _ reader: any MetadataReader
  ) throws(ObjectError) -> [ExtentLocation] {
    let version = try KeyVersion(KeyVersion.Place(rowKey: row.key), row.value)
    if version.row.contentKind == .inline { return [] }
    switch try version.record().content {
    case .inline: return []
    case .pieces(let pieces): return Pieces.extents(pieces)
    case .parts(let parts): return Pieces.extents(parts.flatMap(\.pieces))
    case .manifest(let manifest):
      var extents: [ExtentLocation] = []
      let bucket = row.key[1..<9].reduce(0) { $0 << 8 | UInt64($1) }
      for index in manifest.rows.indices {
        guard let value = try reader.row(ObjectTables.manifestRow(bucket, manifest.id, index)) else {
          throw .damaged("a manifest row is missing")
        }
        let parts = try decoding { () throws(RecordError) in try ManifestRow.decode(value) }
        extents += Pieces.extents(parts.flatMap(\.pieces))
      }
      return extents
    }
  }

  private func uploadExtents(
    _ row: MetadataEntry, _ reader: any MetadataReader
  ) throws(ObjectError) -> [ExtentLocation] {
    _ = try decoding { () throws(RecordError) in try UploadRecord(decoding: row.value) }
    guard let id = UploadID(rowKey: row.key) else { throw .damaged("an upload key") }
    let prefix = ObjectTables.partPrefix(row.key[1..<9].reduce(0) { $0 << 8 | UInt64($1) }, id)
    var extents: [ExtentLocation] = []
    for part in try PartRow.read(reader, prefix: prefix, after: 0, limit: limits.partCount) {
      extents += Pieces.extents(part.record.pieces)
    }
    return extents
  }

  /// What a row is of, as far as its key tells.
  func subject(of row: MetadataEntry) -> StorageFailure.Subject {
    let id = row.key.dropFirst().prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    let bucket = buckets.entry(id: id)?.info.name.string ?? "(bucket \(id))"
    var key = Array(row.key.dropFirst(9))
    var version: VersionID?
    if row.key.first == ObjectTables.uploads {
      if let decoded = try? UploadLister.decode(row.key) { key = decoded.key }
    } else {
      if let decoded = try? VersionRowKey(row.key) { key = decoded.key }
      version = (try? KeyVersion(KeyVersion.Place(rowKey: row.key), row.value))?.row.version
    }
    return StorageFailure.Subject(bucket: bucket, key: ObjectKey(stored: key), version: version)
  }
}

extension Pieces {
  /// All extents that the pieces name.
  static func extents(_ pieces: [Piece]) -> [ExtentLocation] {
    var extents: [ExtentLocation] = []
    for case .slice(let slice) in pieces { extents += slice.extents }
    return extents
  }
}
