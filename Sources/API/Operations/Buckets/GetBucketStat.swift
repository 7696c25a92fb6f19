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
    let standard = total(of: [.standard, .reducedRedundancy], usage)
    xml.element("StandardStorage", standard.bytes)
    xml.element("StandardObjectCount", standard.objects)
    for shown in others {
      let found = total(of: shown.classes, usage)
      xml.element(shown.storage, found.bytes)
      xml.element(shown.realStorage, found.bytes)
      xml.element(shown.objectCount, found.objects)
    }
    xml.element("DeleteMarkerCount", usage.currentMarkers + usage.noncurrentMarkers)
    xml.close("BucketStat")
    return request.reply(xml)
  }

  /// A class of OSS, how its numbers are called, and the classes that OSS's clients see as it.
  private struct ShownClass {
    let classes: [StorageClass]
    let storage: StaticString
    let realStorage: StaticString
    let objectCount: StaticString
  }

  /// All but Standard. What is stored and what is real differ on OSS by the smallest billed size, which is not applied.
  private static let others: [ShownClass] = [
    ShownClass(
      classes: [.standardIA, .oneZoneIA, .intelligentTiering], storage: "InfrequentAccessStorage",
      realStorage: "InfrequentAccessRealStorage", objectCount: "InfrequentAccessObjectCount"),
    ShownClass(
      classes: [.archive, .glacierIR], storage: "ArchiveStorage", realStorage: "ArchiveRealStorage",
      objectCount: "ArchiveObjectCount"),
    ShownClass(
      classes: [.glacier], storage: "ColdArchiveStorage", realStorage: "ColdArchiveRealStorage",
      objectCount: "ColdArchiveObjectCount"),
    ShownClass(
      classes: [.deepArchive], storage: "DeepColdArchiveStorage", realStorage: "DeepColdArchiveRealStorage",
      objectCount: "DeepColdArchiveObjectCount"),
  ]

  private static func total(of classes: [StorageClass], _ usage: BucketUsage) -> ClassUsage {
    classes.reduce(ClassUsage()) { $0 + usage.usage(of: $1) }
  }
}
