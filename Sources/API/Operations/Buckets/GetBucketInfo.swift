import HTTP
package import Objects
import Primitives

/// What a bucket is like. OSS `GetBucketInfo`; S3 has a request for each piece of it.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketinfo>
package enum GetBucketInfo: Operation {
  package static let spec = OperationSpec(
    "GetBucketInfo", .get, .bucket, subresource: "bucketInfo", action: "oss:GetBucketInfo", cost: .read,
    logName: "REST.GET.BUCKET_INFO", isForViews: true, errors: [.accessDenied, .noSuchBucket])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> BucketInfo { request.knownBucket }

  package static func encode(
    _ bucket: BucketInfo, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var xml = XMLWriter(capacity: 1024)
    xml.open("BucketInfo")
    xml.open("Bucket")
    OSSBucketElements.write(bucket, request, to: &xml)
    xml.element("DataRedundancyType", "LRS")
    xml.element("AccessMonitor", "Disabled")
    xml.element("TransferAcceleration", "Disabled")
    xml.element("CrossRegionReplication", "Disabled")
    switch bucket.versioning {
    case .unversioned: break
    case .enabled: xml.element("Versioning", "Enabled")
    case .suspended: xml.element("Versioning", "Suspended")
    }
    OSSBucketElements.owner(bucket.owner, to: &xml)
    OSSBucketElements.accessControlList(to: &xml)
    xml.open("ServerSideEncryptionRule")
    xml.element("SSEAlgorithm", "None")
    xml.close("ServerSideEncryptionRule")
    xml.open("BucketPolicy")
    xml.element("LogBucket", "")
    xml.element("LogPrefix", "")
    xml.close("BucketPolicy")
    xml.close("Bucket")
    xml.close("BucketInfo")
    return request.reply(xml)
  }
}
