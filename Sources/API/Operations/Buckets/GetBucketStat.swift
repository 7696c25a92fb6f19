import HTTP
package import Objects
import Primitives

/// How much lies in a bucket. OSS `GetBucketStat`; S3 has nothing like it. The numbers are those of the moment, where
/// OSS's are an hour old, and what is stored is what is billed.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketstat>
package enum GetBucketStat: Operation {
  package static let spec = OperationSpec(
    "GetBucketStat", .get, .bucket, subresource: "stat", action: "oss:GetBucketStat", cost: .list,
    logName: "REST.GET.BUCKET_STAT", errors: [.accessDenied, .noSuchBucket])

  package struct Output: Sendable {
    let usage: BucketUsage
    let parts: UInt64
  }

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> Output {
    let bucket = request.knownBucket
    return Output(
      usage: try await services.store.usage(of: bucket), parts: try await services.store.partCount(of: bucket)
    )
  }

  package static func encode(
    _ output: Output, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    let usage = output.usage
    let bytes = usage.bytes + usage.noncurrentBytes
    let objects = usage.objects + usage.noncurrentVersions - usage.noncurrentMarkers
    var xml = XMLWriter(capacity: 2048)
    xml.open("BucketStat")
    xml.element("Storage", bytes)
    xml.element("ObjectCount", objects)
    xml.element("MultipartUploadCount", usage.uploads)
    xml.element("MultipartPartCount", output.parts)
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
