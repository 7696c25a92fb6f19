import Metadata
import Primitives
import Ring
import Synchronization

/// A bucket in memory.
///
/// Every commit below a bucket has to know that the bucket is there, and how it is set. Reading its row each time
/// would cost the committer a third of a small PUT, so the entry remembers whether a change of the row has been
/// begun and not been seen through: until then the row is what the entry holds, since only this process changes
/// it, and says so here before it submits the change.
final class BucketEntry: Sendable {
  let id: UInt64
  let name: BucketName
  /// The days of its lifecycle.
  let calendar: LifecycleCalendar
  private struct State {
    var info: BucketInfo
    /// The timestamp of the change that made it so.
    var since: UInt64
  }

  private let current: Locked<State>
  private let changes = Atomic<Int>(0)
  private let wasDeleted = Atomic<Bool>(false)

  init(_ info: BucketInfo, _ calendar: LifecycleCalendar) {
    self.calendar = calendar
    id = info.id
    name = info.name
    current = Locked(State(info: info, since: 0))
  }

  /// What is known of the bucket now.
  var info: BucketInfo { current.withLock { $0.info } }

  /// Whether the bucket is deleted, and only what was removed from it is kept.
  var isDeleted: Bool { wasDeleted.load(ordering: .sequentiallyConsistent) }

  /// The bucket's row is gone for good.
  func noteDeletion() {
    expectChange()
    wasDeleted.store(true, ordering: .sequentiallyConsistent)
  }

  /// As `check`, but a deleted bucket of which something is kept will do.
  func checkKept(in transaction: Transaction) throws(ObjectError) {
    if isDeleted {
      if try transaction.row(ObjectTables.deletedBucket(id)) == nil { throw .noSuchBucket(name: name.string) }
      return
    }
    do throws(ObjectError) {
      try check(in: transaction)
    } catch {
      // It may have been deleted just now.
      if try transaction.row(ObjectTables.deletedBucket(id)) == nil { throw error }
    }
  }

  /// From now on commits look at the row; until `settle`, or for ever.
  func expectChange() {
    changes.add(1, ordering: .sequentiallyConsistent)
  }

  /// A change that was expected is durable: the commit at `timestamp` made this of the bucket.
  func settle(_ info: BucketInfo, at timestamp: UInt64) {
    current.withLock { state in
      if timestamp > state.since { state = State(info: info, since: timestamp) }
    }
    changes.subtract(1, ordering: .sequentiallyConsistent)
  }

  /// A change that was expected certainly did not happen.
  func settleUnchanged() {
    changes.subtract(1, ordering: .sequentiallyConsistent)
  }

  /// The bucket as a commit closure finds it. Throws `.noSuchBucket` when its row is gone.
  @discardableResult
  func check(in transaction: Transaction) throws(ObjectError) -> BucketInfo {
    guard changes.load(ordering: .sequentiallyConsistent) > 0 else { return info }
    guard let row = try transaction.row(ObjectTables.bucket(name.string)) else {
      throw .noSuchBucket(name: name.string)
    }
    let info = try decoding { () throws(RecordError) in
      try BucketRecord.decode(name: Array(name.string.utf8), row)
    }
    guard info.id == id else { throw .noSuchBucket(name: name.string) }
    return info
  }
}
