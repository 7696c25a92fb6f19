import Access
import Flow
import Metadata
import Objects
import Primitives

/// A bucket or a user that goes takes its limits along, in the same commit.
enum FlowDepartures {
  static func ofBuckets(_ flow: FlowControl, _ metadata: any MetadataStore) -> Departure<BucketInfo> {
    Departure { (transaction, bucket) throws(MetadataError) in
      try FlowRows.write(.forgetBucket(bucket.id), in: transaction)
    } follow: { bucket in
      if flow.configuration.knows(bucket: bucket.id) {
        await follow(flow, metadata, "bucket \(bucket.name.string): deleted, its limits with it")
      }
    }
  }

  static func ofUsers(_ flow: FlowControl, _ metadata: any MetadataStore) -> Departure<User> {
    Departure { (transaction, user) throws(MetadataError) in
      try FlowRows.write(.forgetUser(user.id), in: transaction)
    } follow: { user in
      if flow.configuration.knows(user: user.id) {
        await follow(flow, metadata, "user \(user.name): deleted, their limits with them")
      }
    }
  }

  /// Takes over what is kept now. Should it not be readable, what is in memory stays as it is until the next change
  /// or start: nobody asks for what has gone.
  private static func follow(_ flow: FlowControl, _ metadata: any MetadataStore, _ summary: String) async {
    if let kept = try? await FlowRows.load(metadata) { await flow.takeOver(kept, summary) }
  }
}
