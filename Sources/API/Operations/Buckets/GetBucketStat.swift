import HTTP
package import Objects
import Primitives

/// How much lies in a bucket. OSS `GetBucketStat`; S3 has nothing like it. The numbers are those of the moment, where
/// OSS's are an hour old, and what is stored is what is billed.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketstat>
package enum GetBucketStat: Operation {
  package static let spec = OperationSpec(
    "GetBucketStat", .get, .bucket, subresource: "stat", action: "oss:GetBucketStat", cost: .read,
    logName: "REST.GET.BUCKET_STAT", errors: [.accessDenied, .noSuchBucket])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> BucketUsage {
    try await services.store.usage(of: request.knownBucket)
  }

  package static func encode(
    _ usage: BucketUsage, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    let bytes = usage.bytes + usage.noncurrentBytes
    let objects = usage.objects + usage.noncurrentVersions - usage.noncurrentMarkers
    var xml = XMLWriter(capacity: 2048)
    xml.open("BucketStat")
    xml.element("Storage", bytes)
    xml.element("ObjectCount", objects)
    xml.element("MultipartUploadCount", usage.uploads)
    xml.element("LiveChannelCount", 0)
    xml.element("LastModifiedTime", request.arrived.seconds)
    xml.element("StandardStorage", bytes)
    xml.element("StandardObjectCount", objects)
    for (storage, real, count) in empty {
      xml.element(storage, 0)
      xml.element(real, 0)
      xml.element(count, 0)
    }
    xml.element("DeleteMarkerCount", usage.currentMarkers + usage.noncurrentMarkers)
    xml.close("BucketStat")
    return request.reply(xml)
  }

  /// Classes that hold nothing yet.
  private static let empty: [(StaticString, StaticString, StaticString)] = [
    ("InfrequentAccessStorage", "InfrequentAccessRealStorage", "InfrequentAccessObjectCount"),
    ("ArchiveStorage", "ArchiveRealStorage", "ArchiveObjectCount"),
    ("ColdArchiveStorage", "ColdArchiveRealStorage", "ColdArchiveObjectCount"),
    ("DeepColdArchiveStorage", "DeepColdArchiveRealStorage", "DeepColdArchiveObjectCount"),
  ]
}
