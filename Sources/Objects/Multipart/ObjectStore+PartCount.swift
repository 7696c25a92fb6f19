import Metadata
import Primitives

extension ObjectStore {
  /// Parts of the uploads that are under way in a bucket, those of aborted ones that are not cleared away yet among
  /// them. Walks their rows in steps, and reads nothing of them.
  package func partCount(of bucket: BucketInfo) async throws(ObjectError) -> UInt64 {
    let prefix = ObjectTables.bucketPrefix(ObjectTables.parts, bucket.id)
    let limit = limits.rowsPerListing
    var count: UInt64 = 0
    var start: [UInt8]? = prefix
    while let from = start {
      let (steps, next) = try await metadata.read { (reader) throws(ObjectError) -> (UInt64, [UInt8]?) in
        let cursor = reader.cursor(lower: prefix, upper: upperBound(ofPrefix: prefix))
        try cursor.move(to: from)
        var steps: UInt64 = 0
        while cursor.isValid {
          // SAFETY: the key is copied before the cursor moves.
          if steps == UInt64(limit) { return (steps, unsafe [UInt8](cursor.key)) }
          steps += 1
          try cursor.advance()
        }
        return (steps, nil)
      }
      count += steps
      start = next
    }
    return count
  }
}
