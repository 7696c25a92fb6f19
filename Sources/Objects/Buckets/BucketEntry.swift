import Metadata
import Primitives
import Synchronization

/// A bucket in memory.
///
/// Every commit below a bucket has to find the bucket's row. Reading it each time would cost the committer a
/// third of a small PUT, so the entry remembers whether a deletion was ever begun: until then the row is
/// known to be there, since only this process removes it and raises the flag before it submits the removal.
final class BucketEntry: Sendable {
  let info: BucketInfo
  private let mayBeGone = Atomic<Bool>(false)

  init(_ info: BucketInfo) {
    self.info = info
  }

  /// From now on commits look at the row.
  func expectRemoval() {
    mayBeGone.store(true, ordering: .sequentiallyConsistent)
  }

  /// Throws `.noSuchBucket` when the bucket's row is gone; called inside a commit closure.
  func check(in transaction: Transaction) throws(ObjectError) {
    guard mayBeGone.load(ordering: .sequentiallyConsistent) else { return }
    let name = info.name.string
    guard let row = try transaction.row(ObjectTables.bucket(name)),
      try decoding({ () throws(RecordError) in try BucketRecord.decode(name: Array(name.utf8), row) }).id
        == info.id
    else { throw .noSuchBucket(name: name) }
  }
}
