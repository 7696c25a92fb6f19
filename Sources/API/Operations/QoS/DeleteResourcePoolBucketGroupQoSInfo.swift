import HTTP

/// Takes the limits of a bucket group away. OSS `DeleteResourcePoolBucketGroupQoSInfo`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/deleteresourcepoolbucketgroupqosinfo>
package enum DeleteResourcePoolBucketGroupQoSInfo: QoSChange {
  package static let spec = OperationSpec(
    "DeleteResourcePoolBucketGroupQoSInfo", .delete, .service, subresource: "resourcePoolBucketGroupQosInfo",
    or: "resourcePoolBucketGroupQoSInfo", action: "oss:DeleteResourcePoolBucketGroupQoSInfo",
    cost: .control, logName: "REST.DELETE.BUCKET_GROUP_QOS_INFO", isOfFlow: true,
    errors: [.accessDenied, .invalidArgument, .noSuchResourcePool])

  package static func change(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> QoSEdit {
    .clear(try qos.group(request))
  }
}
