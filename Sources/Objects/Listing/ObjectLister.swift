import Glibc
import Metadata
import Primitives

/// Makes one page of a listing over a snapshot. Reads the fixed part of each row only; a common prefix is
/// passed over with one seek, so the cost is per entry of the page whatever lies beneath.
struct ObjectLister {
  let bucket: BucketInfo
  let grouping: KeyGrouping
  let after: [UInt8]
  let limit: Int
  private var page = ListObjectsPage()
  /// The owner named last, as bytes: most rows of a page name the same.
  private var lastOwner: [UInt8] = []
  private var lastOwnerIndex: Int32 = 0

  /// Bytes of a row's key in front of the object's key.
  private static let keyOffset = 9
  /// Keys beneath a common prefix that are stepped over before a seek pays.
  private static let stepsBeforeSeek = 3

  init(_ request: ListObjectsRequest, limit: Int) {
    bucket = request.bucket
    grouping = KeyGrouping(prefix: request.prefix, delimiter: request.delimiter)
    after = request.after
    self.limit = limit
  }

  mutating func run(_ reader: any MetadataReader) throws(ObjectError) -> ListObjectsPage {
    page.entries.reserveCapacity(limit)
    page.keyBytes.reserveCapacity(limit * 32)
    page.owners = [bucket.owner]
    let lower = ObjectTables.object(bucket.id, grouping.prefix)
    guard let upper = upperBound(ofPrefix: lower) else { return page }
    let cursor = reader.cursor(lower: lower, upper: upper)
    guard try seekStart(cursor, lower) else { return page }
    while cursor.isValid {
      // SAFETY: key and value are used before the cursor moves.
      let key = try unsafe Self.objectKey(cursor.key)
      if let length = unsafe grouping.groupLength(key) {
        guard page.entries.count < limit else { return truncated() }
        // SAFETY: the length is within the key.
        unsafe append(prefix: UnsafeRawBufferPointer(rebasing: key[..<length]))
        try pass(cursor, Array(page.keyBytes.suffix(length)))
      } else {
        let row = try unsafe row(cursor.value, of: key)
        if !row.isDeleteMarker {
          guard page.entries.count < limit else { return truncated() }
          try unsafe append(key, row, cursor.value)
        }
        try cursor.advance()
      }
    }
    return page
  }

  /// Moves to the first row of the page; false when nothing can follow the marker.
  private func seekStart(_ cursor: MetadataCursor, _ lower: [UInt8]) throws(ObjectError) -> Bool {
    if after.isEmpty {
      try cursor.move(to: lower)
    } else if let group = grouping.group(ofMarker: after) {
      // The group is not greater than the marker, so none of it is listed.
      guard let next = upperBound(ofPrefix: ObjectTables.object(bucket.id, group)) else { return false }
      try cursor.move(to: next)
    } else {
      try cursor.move(to: ObjectTables.object(bucket.id, after + [0]))
    }
    return true
  }

  /// Passes over everything beneath a common prefix.
  private func pass(_ cursor: MetadataCursor, _ group: [UInt8]) throws(ObjectError) {
    for _ in 0..<Self.stepsBeforeSeek {
      try cursor.advance()
      // SAFETY: the key is used before the cursor moves.
      guard cursor.isValid, try unsafe Self.objectKey(cursor.key).begins(with: group) else { return }
    }
    guard let next = upperBound(ofPrefix: ObjectTables.object(bucket.id, group)) else { return }
    try cursor.move(to: next)
  }

  private mutating func truncated() -> ListObjectsPage {
    page.isTruncated = true
    page.next = page.entries.last.map { Array(page.key($0)) }
    return page
  }

  private mutating func append(prefix: UnsafeRawBufferPointer) {
    page.entries.append(
      ListObjectsPage.Entry(
        isPrefix: true, storageClass: .standard, checksumAlgorithm: nil, checksumType: nil,
        keyStart: UInt32(page.keyBytes.count), keyCount: UInt32(prefix.count), owner: 0, size: 0,
        etag: ETag(high: 0, low: 0, partCount: 0), lastModified: Timestamp(milliseconds: 0),
        version: VersionID(rawValue: 0)))
    // SAFETY: copied before the cursor moves.
    unsafe page.keyBytes.append(contentsOf: prefix)
  }

  private mutating func append(
    _ key: UnsafeRawBufferPointer, _ row: ObjectRow, _ value: UnsafeRawBufferPointer
  ) throws(ObjectError) {
    let owner = try unsafe ownerIndex(value, row)
    page.entries.append(
      ListObjectsPage.Entry(
        isPrefix: false, storageClass: row.storageClass, checksumAlgorithm: row.checksumAlgorithm,
        checksumType: row.checksumType, keyStart: UInt32(page.keyBytes.count),
        keyCount: UInt32(key.count), owner: owner, size: row.size, etag: row.etag,
        lastModified: row.lastModified, version: row.version))
    // SAFETY: copied before the cursor moves.
    unsafe page.keyBytes.append(contentsOf: key)
  }

  private mutating func ownerIndex(
    _ value: UnsafeRawBufferPointer, _ row: ObjectRow
  ) throws(ObjectError) -> Int32 {
    // SAFETY: the fields end within the value, as the row has checked.
    let fields = unsafe UnsafeRawBufferPointer(rebasing: value[ObjectRow.fixedLength..<row.recordLength])
    guard let owner = unsafe OwnerField.find(fields) else { return 0 }
    if owner.count == lastOwner.count, unsafe owner.begins(with: lastOwner) { return lastOwnerIndex }
    let id = unsafe PrincipalID(String(decoding: owner, as: UTF8Text.self))
    lastOwner = unsafe Array(owner)
    if let known = page.owners.firstIndex(of: id) {
      lastOwnerIndex = Int32(clamping: known)
    } else {
      lastOwnerIndex = Int32(clamping: page.owners.count)
      page.owners.append(id)
    }
    return lastOwnerIndex
  }

  private static func objectKey(
    _ key: UnsafeRawBufferPointer
  ) throws(ObjectError) -> UnsafeRawBufferPointer {
    guard key.count > keyOffset else { throw .damaged("an object row's key is too short") }
    // SAFETY: checked above.
    return unsafe UnsafeRawBufferPointer(rebasing: key[keyOffset...])
  }

  private func row(
    _ value: UnsafeRawBufferPointer, of key: UnsafeRawBufferPointer
  ) throws(ObjectError) -> ObjectRow {
    guard let row = unsafe ObjectRow(value) else {
      // SAFETY: the key is copied.
      throw ObjectError.damaged("an object row cannot be read")
        .naming(bucket, ObjectKey(stored: unsafe Array(key)))
    }
    return row
  }
}

extension UnsafeRawBufferPointer {
  /// Whether the bytes begin with `prefix`.
  func begins(with prefix: [UInt8]) -> Bool {
    guard count >= prefix.count, let base = baseAddress else { return prefix.isEmpty }
    // SAFETY: both have at least `prefix.count` bytes.
    return unsafe prefix.withUnsafeBytes { wanted in
      guard let other = wanted.baseAddress else { return true }
      return unsafe memcmp(base, other, wanted.count) == 0
    }
  }
}

/// Finds the owner among a record's fields without decoding the others: it has the second lowest tag.
enum OwnerField {
  static func find(_ fields: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    var index = 0
    while index + 1 < fields.count {
      // SAFETY: every index is checked against the count first.
      let tag = unsafe fields[index]
      guard tag <= RecordTag.owner else { return nil }
      var length = 0
      var shift = 0
      index += 1
      while index < fields.count {
        let byte = unsafe fields[index]
        index += 1
        length |= Int(byte & 0x7F) << shift
        shift += 7
        if byte < 0x80 || shift > 28 { break }
      }
      guard length <= fields.count - index else { return nil }
      if tag == RecordTag.owner {
        return unsafe UnsafeRawBufferPointer(rebasing: fields[index..<(index + length)])
      }
      index += length
    }
    return nil
  }
}
