import Metadata
import Primitives

/// Gathers the entries of a page of objects.
struct ObjectsPageBuilder {
  private let bucket: BucketInfo
  private let limit: Int
  private let showsRestores: Bool
  private(set) var page = ListObjectsPage()
  /// The owner named last, as bytes: most rows of a page name the same.
  private var lastOwner: [UInt8] = []
  private var lastOwnerIndex: Int32 = 0

  init(_ bucket: BucketInfo, limit: Int, showsRestores: Bool) {
    self.bucket = bucket
    self.limit = limit
    self.showsRestores = showsRestores
    page.entries.reserveCapacity(limit)
    page.keyBytes.reserveCapacity(limit * 32)
    page.owners = [bucket.owner]
  }

  var isFull: Bool { page.entries.count >= limit }

  /// The page, of which there is more behind.
  mutating func truncated() -> ListObjectsPage {
    page.isTruncated = true
    page.next = page.entries.last.map { Array(page.key($0)) }
    return page
  }

  /// A common prefix.
  mutating func append(prefix: UnsafeRawBufferPointer) {
    page.entries.append(
      ListObjectsPage.Entry(
        isPrefix: true, kind: .ordinary, storageClass: .standard, checksumAlgorithm: nil, checksumType: nil,
        keyStart: UInt32(page.keyBytes.count), keyCount: UInt32(prefix.count), owner: 0, size: 0,
        etag: ETag(high: 0, low: 0, partCount: 0), lastModified: Timestamp(milliseconds: 0),
        version: VersionID(rawValue: 0)))
    // SAFETY: copied before the cursor moves.
    unsafe page.keyBytes.append(contentsOf: prefix)
  }

  /// An object, by its key and the value of its row; `past` is what it was, where that is to be shown. Throws when the
  /// row cannot be read.
  mutating func append(
    _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, past: AppendState? = nil
  ) throws(ObjectError) {
    guard var row = unsafe ObjectRow(value) else {
      // SAFETY: the key is copied.
      throw ObjectError.damaged("an object row cannot be read")
        .naming(bucket, ObjectKey(stored: unsafe Array(key)))
    }
    let owner = try unsafe ownerIndex(value, row)
    if showsRestores, row.storageClass.isArchive {
      // SAFETY: copied before the cursor moves.
      page.restores[page.entries.count] = try unsafe ObjectRecord.restore(in: value, row)
    }
    if let past { row = row.asItWas(past) }
    page.entries.append(
      ListObjectsPage.Entry(
        isPrefix: false, kind: row.kind, storageClass: row.storageClass,
        checksumAlgorithm: row.checksumAlgorithm,
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
}
