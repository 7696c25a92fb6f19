import Metadata
import Primitives
import Volumes

@testable import Objects

/// Reads all rows of the object layer and checks that they agree: references, counters, and nothing left
/// over.
struct Audit {
  private(set) var problems: [String] = []
  /// References found in records, by blob.
  private var references: [BlobID: Int] = [:]
  private var wholes: [BlobID: [ExtentLocation]] = [:]
  private var usage: [[UInt8]: Int64] = [:]
  private var counters: [[UInt8]: Int64] = [:]
  private var expectedManifestRows: Set<[UInt8]> = []
  private(set) var objectCount = 0
  private(set) var liveBytes: UInt64 = 0

  static func run(_ store: TestStore) async throws -> Audit {
    let rows = try await store.metadata.read { (reader) throws(ObjectError) in
      let cursor = reader.cursor(lower: [0x10], upper: [0x60])
      var rows: [[UInt8]: [UInt8]] = [:]
      try cursor.move(to: [0x10])
      while cursor.isValid {
        unsafe rows[[UInt8](cursor.key)] = unsafe [UInt8](cursor.value)
        try cursor.advance()
      }
      return rows
    }
    var audit = Audit()
    try audit.examine(rows)
    try audit.compare(rows, store)
    return audit
  }

  private mutating func examine(_ rows: [[UInt8]: [UInt8]]) throws {
    for (key, value) in rows {
      switch key[0] {
      case ObjectTables.objects, ObjectTables.markers, ObjectTables.versions, ObjectTables.removed:
        let isObject = key[0] == ObjectTables.objects
        if isObject { objectCount += 1 }
        let record = try KeyVersion(KeyVersion.Place(rowKey: key), value).record()
        let bucket = Array(key[1..<9])
        let id = bucket.reduce(0) { $0 << 8 | UInt64($1) }
        if isObject == record.row.isDeleteMarker && (isObject || key[0] == ObjectTables.markers) {
          problems.append("a delete marker among objects, or the other way round")
        }
        if key[0] != ObjectTables.markers {
          let kind: UInt8 = isObject ? 0 : key[0] == ObjectTables.versions ? 2 : 4
          counters[ObjectTables.bucketCounter(id, kind), default: 0] += 1
          counters[ObjectTables.bucketCounter(id, kind + 1), default: 0] += Int64(record.row.size)
        }
        if record.row.storageClass != .standard && key[0] != ObjectTables.removed {
          let kind = 7 + 2 * record.row.storageClass.rawValue
          counters[ObjectTables.bucketCounter(id, kind), default: 0] += 1
          counters[ObjectTables.bucketCounter(id, kind + 1), default: 0] += Int64(record.row.size)
        }
        if record.row.isDeleteMarker && key[0] != ObjectTables.removed {
          let kind: UInt8 = key[0] == ObjectTables.markers ? 7 : 8
          counters[ObjectTables.bucketCounter(id, kind), default: 0] += 1
        }
        try examinePlace(of: record.row, key, rows)
        switch record.content {
        case .inline: break
        case .pieces(let pieces): note(pieces)
        case .parts(let parts): for part in parts { note(part.pieces) }
        case .manifest(let manifest):
          for index in manifest.rows.indices {
            let row = ObjectTables.manifestRow(id, manifest.id, index)
            expectedManifestRows.insert(row)
            guard let value = rows[row] else {
              problems.append("manifest row \(index) is missing")
              continue
            }
            for part in try ManifestRow.decode(value) { note(part.pieces) }
          }
        }
      case ObjectTables.parts:
        note(try PartRecord(decoding: value).pieces)
        let uploads = rows.keys.filter { $0[0] == ObjectTables.uploads && $0.suffix(16) == key[9..<25] }
        if uploads.isEmpty { problems.append("a part without an upload") }
      case ObjectTables.uploads:
        let id = key[1..<9].reduce(0) { $0 << 8 | UInt64($1) }
        counters[ObjectTables.bucketCounter(id, 6), default: 0] += 1
      case ObjectTables.appends:
        let place = try VersionRowKey(key)
        let current = try rows[ObjectTables.object(place.bucket, place.key)].map { try ObjectRow($0) }
        let removed = ObjectTables.removedVersion(place.bucket, place.key, place.version.rawValue, removed: 0)
        if current?.version != place.version,
          rows[ObjectTables.version(place.bucket, place.key, place.version.rawValue)] == nil,
          !rows.keys.contains(where: { $0.starts(with: removed.dropLast(8)) })
        {
          problems.append("a note of an append to a version that is gone")
        }
      case ObjectTables.cleanUps: problems.append("a clean-up is left")
      default: break
      }
    }
  }

  /// Where a version may lie: a key has one current version, and one `null` at most.
  private mutating func examinePlace(
    of row: ObjectRow, _ key: [UInt8], _ rows: [[UInt8]: [UInt8]]
  ) throws {
    switch key[0] {
    case ObjectTables.objects:
      if rows[[ObjectTables.markers] + key[1...]] != nil { problems.append("two current versions of a key") }
    case ObjectTables.versions:
      let parsed = try VersionRowKey(key)
      if parsed.version != row.version { problems.append("a version under another's key") }
      let tops = [ObjectTables.objects, ObjectTables.markers].compactMap {
        rows[[$0] + key[1..<9] + parsed.key]
      }
      let current = try tops.first.map { try ObjectRow($0) }
      guard let current, current.version > row.version else {
        return problems.append("a noncurrent version without a newer current one")
      }
      let pointer = rows[ObjectTables.nullVersion(parsed.bucket, parsed.key)]
      let pointed = try pointer.map { try KeyVersion.version(ofPointer: $0) }
      if row.isNullVersion != (pointed == row.version) {
        problems.append("a null version that nothing points to")
      }
      if row.isNullVersion && current.isNullVersion { problems.append("two null versions") }
    default: break
    }
  }

  private mutating func note(_ pieces: [Piece]) {
    for case .slice(let slice) in pieces {
      references[slice.blob, default: 0] += 1
      if slice.isWhole { wholes[slice.blob] = slice.extents }
    }
  }

  private mutating func compare(_ rows: [[UInt8]: [UInt8]], _ store: TestStore) throws {
    for (blob, count) in references {
      var extents = wholes[blob]
      if let row = rows[ObjectTables.reference(blob)] {
        let record = try ReferenceRecord(decoding: row)
        if record.count != count { problems.append("\(record.count) references instead of \(count)") }
        extents = record.extents
      } else if count != 1 {
        problems.append("\(count) references without a row")
      }
      guard let extents else {
        problems.append("nobody names all extents of a blob")
        continue
      }
      for extent in extents {
        liveBytes += extent.footprint
        usage[ObjectTables.segmentUse(volume: extent.volume, segment: extent.segment), default: 0] +=
          Int64(extent.footprint)
      }
    }
    for (key, value) in rows {
      switch key[0] {
      case ObjectTables.references:
        let blob = BlobID(
          high: key[1..<9].reduce(0) { $0 << 8 | UInt64($1) },
          low: key[9..<17].reduce(0) { $0 << 8 | UInt64($1) })
        if references[blob] == nil { problems.append("a reference row of nobody") }
      case ObjectTables.segmentUse:
        if CounterValue.decode(value) != usage.removeValue(forKey: key) ?? 0 {
          problems.append("a segment counter is wrong")
        }
      case ObjectTables.bucketCounters:
        if CounterValue.decode(value) != counters.removeValue(forKey: key) ?? 0 {
          problems.append("a bucket counter is wrong")
        }
      case ObjectTables.manifests:
        if !expectedManifestRows.contains(key) { problems.append("a manifest row of nobody") }
      default: break
      }
    }
    if usage.values.contains(where: { $0 != 0 }) { problems.append("a segment counter is missing") }
    if counters.values.contains(where: { $0 != 0 }) { problems.append("a bucket counter is missing") }
    let live = store.volumes.statistics().liveBytes
    if live != liveBytes { problems.append("volumes count \(live) live bytes instead of \(liveBytes)") }
  }
}
