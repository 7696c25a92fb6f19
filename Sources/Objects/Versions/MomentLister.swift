import Metadata
import Primitives

/// Makes one page of the keys that a bucket had at a moment.
///
/// Where nothing has changed since the moment, only the table of current objects has rows, and a page costs what one
/// of today does and a little more.
struct MomentLister: Sendable {
  private let grouping: KeyGrouping
  let scope: [UInt8]
  private let asOf: Moment
  /// Nil when nothing can follow the marker.
  private var walk: MomentWalk?
  private var builder: ObjectsPageBuilder

  /// Nil where the page is empty: the prefix has nothing to do with the part of the bucket that there is.
  init?(_ request: ListObjectsRequest, asOf: Moment, limit: Int, stepLimit: Int) {
    grouping = KeyGrouping(prefix: request.prefix, delimiter: request.delimiter)
    guard let scope = KeyGrouping.scope(request.prefix, within: request.within) else { return nil }
    self.scope = scope
    self.asOf = asOf
    builder = ObjectsPageBuilder(request.bucket, limit: limit, showsRestores: request.showsRestores)
    let start: [UInt8]
    switch grouping.start(after: request.after) {
    case .beginning: start = scope
    case .key(let key): start = key
    case .nothing: return
    }
    walk = MomentWalk(
      bucket: request.bucket.id, scope: scope, from: start, asOf: asOf, stepLimit: stepLimit)
  }

  /// One read. Nil: the page is not made yet, and a next read goes on.
  mutating func run(_ reader: any MetadataReader) throws(ObjectError) -> ListObjectsPage? {
    guard var walk else { return builder.page }
    var isTruncated = false
    let isOver = try walk.run(reader) { (key, row) throws(ObjectError) in
      let shown = try row.get()
      guard !builder.isFull else {
        isTruncated = true
        return .stop
      }
      // SAFETY: the pointers do not outlive the closures.
      let group = unsafe key.withUnsafeBytes { unsafe grouping.groupLength($0) }.map { Array(key[..<$0]) }
      if let group {
        unsafe group.withUnsafeBytes { unsafe builder.append(prefix: $0) }
        return .behind(group)
      }
      try append(key, shown, reader)
      return .key
    }
    self.walk = walk
    if isTruncated { return builder.truncated() }
    return isOver ? builder.page : nil
  }

  private mutating func append(
    _ key: [UInt8], _ shown: VersionRows, _ reader: any MetadataReader
  ) throws(ObjectError) {
    let past = try shown.state(asOf: asOf.rawValue, reader)
    let record = unsafe shown.record
    let count = key.count
    // SAFETY: neither pointer outlives the closure, and `shown` does not move in it.
    let result = unsafe key.withUnsafeBytes { (bytes) -> Result<Void, ObjectError> in
      Result { () throws(ObjectError) in
        try unsafe builder.append(
          UnsafeRawBufferPointer(start: bytes.baseAddress, count: count), record, past: past)
      }
    }
    try result.get()
  }
}
