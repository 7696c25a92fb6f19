import Metadata
import Primitives

/// Makes one page of a listing of uploads over a snapshot: by key, then by age.
struct UploadLister {
  let bucket: BucketInfo
  let grouping: KeyGrouping
  let limit: Int
  /// Where to begin.
  let keyMarker: [UInt8]
  let idMarker: UploadID?
  private var entries: [UploadListEntry] = []

  init(_ request: ListMultipartUploadsRequest, idMarker: UploadID?, limit: Int) {
    bucket = request.bucket
    grouping = KeyGrouping(prefix: request.prefix, delimiter: request.delimiter)
    keyMarker = request.keyMarker
    self.idMarker = idMarker
    self.limit = limit
  }

  mutating func run(_ reader: any MetadataReader) throws(ObjectError) -> ListMultipartUploadsPage {
    let lower = Self.prefix(bucket.id, grouping.prefix)
    guard let upper = upperBound(ofPrefix: lower), let start = start(lower) else { return page(false) }
    let cursor = reader.cursor(lower: lower, upper: upper)
    try cursor.move(to: start)
    while cursor.isValid {
      // SAFETY: key and value are copied before the cursor moves.
      let rowKey = unsafe [UInt8](cursor.key)
      let (key, id) = try Self.decode(rowKey)
      guard entries.count < limit else { return page(true) }
      // SAFETY: the pointer does not outlive the closure.
      if let length = unsafe key.withUnsafeBytes({ unsafe grouping.groupLength($0) }) {
        let group = Array(key[..<length])
        entries.append(.prefix(group))
        guard let next = upperBound(ofPrefix: Self.prefix(bucket.id, group)) else { break }
        try cursor.move(to: next)
      } else {
        let value = unsafe [UInt8](cursor.value)
        let record = try decoding { () throws(RecordError) in try UploadRecord(decoding: value) }
        entries.append(
          .upload(record.info(id: id, key: ObjectKey(stored: key), bucketOwner: bucket.owner)))
        try cursor.advance()
      }
    }
    return page(false)
  }

  /// The first row key that the page may hold; nil when nothing can follow the marker.
  private func start(_ lower: [UInt8]) -> [UInt8]? {
    if keyMarker.isEmpty { return lower }
    if let group = grouping.group(ofMarker: keyMarker) {
      return upperBound(ofPrefix: Self.prefix(bucket.id, group))
    }
    if let idMarker { return ObjectTables.upload(bucket.id, keyMarker, idMarker) + [0] }
    var key = ObjectTables.bucketPrefix(ObjectTables.uploads, bucket.id)
    EscapedKey.append(keyMarker, to: &key)
    return upperBound(ofPrefix: key)
  }

  private func page(_ isTruncated: Bool) -> ListMultipartUploadsPage {
    var nextKey: [UInt8] = []
    var nextID = ""
    if isTruncated {
      switch entries.last {
      case .upload(let info):
        nextKey = info.key.bytes
        nextID = info.id.text
      case .prefix(let prefix): nextKey = prefix
      case nil: break
      }
    }
    return ListMultipartUploadsPage(
      entries: entries, isTruncated: isTruncated, nextKeyMarker: nextKey, nextUploadIDMarker: nextID)
  }

  private static func prefix(_ bucket: UInt64, _ prefix: [UInt8]) -> [UInt8] {
    var key = ObjectTables.bucketPrefix(ObjectTables.uploads, bucket)
    EscapedKey.appendOpen(prefix, to: &key)
    return key
  }

  /// The object key and the upload id in the key of an upload's row.
  static func decode(_ rowKey: [UInt8]) throws(ObjectError) -> (key: [UInt8], id: UploadID) {
    let offset = 9
    // SAFETY: the slice is within the key, and used inside the closure only.
    let found = unsafe rowKey.withUnsafeBytes { bytes in
      unsafe bytes.count > offset
        ? EscapedKey.read(UnsafeRawBufferPointer(rebasing: bytes[offset...])) : nil
    }
    guard let found, rowKey.count == offset + found.length + 16, let id = UploadID(rowKey: rowKey) else {
      throw .damaged("an upload row's key")
    }
    return (found.key, id)
  }
}
