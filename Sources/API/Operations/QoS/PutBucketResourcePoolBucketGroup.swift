import Flow
import HTTP
import Objects
import Primitives

/// Puts a bucket into a group of its resource pool, or takes it out of its group. OSS
/// `PutBucketResourcePoolBucketGroup`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketresourcepoolbucketgroup>
package enum PutBucketResourcePoolBucketGroup: QoSChange {
  package static let spec = OperationSpec(
    "PutBucketResourcePoolBucketGroup", .put, .bucket, subresource: "resourcePoolBucketGroup",
    action: "oss:PutBucketResourcePoolBucketGroup",
    cost: .control, logName: "REST.PUT.RESOURCE_POOL_BUCKET_GROUP", isOfFlow: true,
    errors: [.accessDenied, .invalidArgument, .noSuchBucket, .noSuchResourcePool])

  package static func change(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> QoSEdit {
    let pool = try qos.pool(request)
    let name = try request.query.string("resourcePoolBucketGroup") ?? ""
    let group = name.isEmpty ? nil : name
    let bucket = request.knownBucket
    let time = request.arrived
    return QoSEdit(summary: "pool \(pool): bucket \(bucket.name.string) moved to group \(group ?? "-")") {
      (before) throws(FlowError) in
      guard before.members[bucket.id]?.pool == pool else { throw .notInPool(bucket: bucket.name.string) }
      return .place(bucket: bucket.id, name: bucket.name.string, pool: pool, group: group, at: time)
    }
  }
}
