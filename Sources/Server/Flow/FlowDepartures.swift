import Access
import Flow
import Metadata
import Objects
import Primitives

/// A bucket or a user that goes takes its limits along, in the same commit; what is left then holds before whoever
/// deleted it is answered.
enum FlowDepartures {
  static func ofBuckets(_ flow: FlowControl, _ metadata: any MetadataStore) -> Departure<BucketInfo> {
    Departure { (transaction, bucket) throws(MetadataError) in
      follow(
        flow, try FlowRows.write(.forgetBucket(bucket.id), in: transaction),
        "bucket \(bucket.name.string): deleted, its limits with it")
    }
  }

  static func ofUsers(_ flow: FlowControl, _ metadata: any MetadataStore) -> Departure<User> {
    Departure { (transaction, user) throws(MetadataError) in
      follow(
        flow, try FlowRows.write(.forgetUser(user.id), in: transaction),
        "user \(user.name): deleted, their limits with them")
    }
  }

  /// Takes over what was written. What is in memory says nothing of whether there was anything: a change that came just
  /// before may be on disk and not there yet.
  private static func follow(
    _ flow: FlowControl, _ next: FlowConfiguration?, _ summary: String
  ) -> (@Sendable () async -> Void)? {
    guard let next else { return nil }
    return { await flow.takeOver(next, summary) }
  }
}
