import Metadata
import Primitives

/// Makes one page of a listing over a snapshot. Reads the fixed part of each row only; a common prefix is
/// passed over with one seek, so the cost is per entry of the page whatever lies beneath.
struct ObjectLister {
  let bucket: BucketInfo
  let grouping: KeyGrouping
  let after: [UInt8]
  /// What the keys walked over begin with: the prefix, or the part of the bucket that there is, if that is longer.
  let scope: [UInt8]
  private var builder: ObjectsPageBuilder

  /// Bytes of a row's key in front of the object's key.
  private static let keyOffset = 9
  /// Keys beneath a common prefix that are stepped over before a seek pays.
  private static let stepsBeforeSeek = 3
  /// So many prefixes in a row had more keys than that: most of the next are passed by a seek at once.
  private static let seeksBeforeTrust = 4
  /// One in so many is still stepped over, since prefixes may be small again.
  private static let trial = 16
  private var seeksInARow = 0

  /// Nil where the page is empty: the prefix has nothing to do with the part of the bucket that there is.
  init?(_ request: ListObjectsRequest, limit: Int) {
    bucket = request.bucket
    grouping = KeyGrouping(prefix: request.prefix, delimiter: request.delimiter)
    after = request.after
    guard let scope = KeyGrouping.scope(request.prefix, within: request.within) else { return nil }
    self.scope = scope
    builder = ObjectsPageBuilder(bucket, limit: limit, showsRestores: request.showsRestores)
  }

  mutating func run(_ reader: any MetadataReader) throws(ObjectError) -> ListObjectsPage {
    let lower = ObjectTables.object(bucket.id, scope)
    guard let upper = upperBound(ofPrefix: lower) else { return builder.page }
    let cursor = reader.cursor(lower: lower, upper: upper)
    guard try seekStart(cursor, lower) else { return builder.page }
    while cursor.isValid {
      // SAFETY: key and value are used before the cursor moves.
      let key = try unsafe Self.objectKey(cursor.key)
      if let length = unsafe grouping.groupLength(key) {
        guard !builder.isFull else { return builder.truncated() }
        // SAFETY: the length is within the key.
        unsafe builder.append(prefix: UnsafeRawBufferPointer(rebasing: key[..<length]))
        try pass(cursor, unsafe Array(key[..<length]))
      } else {
        guard !builder.isFull else { return builder.truncated() }
        try unsafe builder.append(key, cursor.value)
        try cursor.advance()
      }
    }
    return builder.page
  }

  /// Moves to the first row of the page; false when nothing can follow the marker.
  private func seekStart(_ cursor: MetadataCursor, _ lower: [UInt8]) throws(ObjectError) -> Bool {
    switch grouping.start(after: after) {
    case .beginning: try cursor.move(to: lower)
    case .nothing: return false
    case .key(let key): try cursor.move(to: ObjectTables.object(bucket.id, key))
    }
    return true
  }

  /// Passes over everything beneath a common prefix.
  private mutating func pass(_ cursor: MetadataCursor, _ group: [UInt8]) throws(ObjectError) {
    if seeksInARow < Self.seeksBeforeTrust || seeksInARow.isMultiple(of: Self.trial) {
      for _ in 0..<Self.stepsBeforeSeek {
        try cursor.advance()
        // SAFETY: the key is used before the cursor moves.
        guard cursor.isValid, try unsafe Self.objectKey(cursor.key).begins(with: group) else {
          return seeksInARow = 0
        }
      }
    }
    seeksInARow += 1
    guard let next = upperBound(ofPrefix: ObjectTables.object(bucket.id, group)) else { return }
    try cursor.move(to: next)
  }

  private static func objectKey(
    _ key: UnsafeRawBufferPointer
  ) throws(ObjectError) -> UnsafeRawBufferPointer {
    guard key.count > keyOffset else { throw .damaged("an object row's key is too short") }
    // SAFETY: checked above.
    return unsafe UnsafeRawBufferPointer(rebasing: key[keyOffset...])
  }
}
