import HTTP
package import Objects
import Primitives

/// Begins an upload in parts. S3 `CreateMultipartUpload`, OSS `InitiateMultipartUpload`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/initiatemultipartupload>
package enum CreateMultipartUpload: Operation {
  package static let spec = OperationSpec(
    "CreateMultipartUpload", .post, .object, subresource: "uploads", action: "s3:PutObject", cost: .write,
    logName: "REST.POST.UPLOADS",
    errors: [
      .accessControlListNotSupported, .badRequest, .invalidArgument, .invalidRequest, .invalidStorageClass,
      .invalidTag, .metadataTooLarge, .noSuchBucket, .notImplemented,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) -> CreateMultipartUploadRequest {
    try WriteHeaders.refuseUnsupported(request)
    let bucket = request.knownBucket
    let headers = request.headers
    let names = request.names
    var input = CreateMultipartUploadRequest(bucket: bucket, key: request.knownKey, owner: bucket.owner)
    input.system = try StoredHeaders.read(headers, names)
    input.user = try MetadataHeaders.read(headers, names)
    input.storageClass = try StorageClassHeader.read(request)
    input.tags = try TaggingHeader.read(request)
    input.lock = try LockHeaders.read(request)
    input.checksumAlgorithm =
      try ChecksumChoice.algorithm(request) ?? request.dialect.objects.checksumAlgorithm
    input.checksumType = try ChecksumChoice.type(request)
    if let name = request.dialect.objects.sequentialUpload {
      input.isSequential = request.query.contains(name)
    }
    return input
  }

  package static func perform(
    _ input: CreateMultipartUploadRequest, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> UploadInfo {
    try await services.store.createMultipartUpload(input)
  }

  package static func encode(
    _ upload: UploadInfo, _ input: CreateMultipartUploadRequest, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var writer = try ListingWriter(encodedAsAsked: request, capacity: 512)
    writer.xml.open("InitiateMultipartUploadResult", xmlns: request.dialect.xmlNamespace)
    writer.xml.element("Bucket", input.bucket.name.string)
    writer.key("Key", upload.key.bytes)
    writer.encodingType()
    writer.xml.element("UploadId", upload.id.text)
    writer.xml.close("InitiateMultipartUploadResult")
    var head = request.reply(200)
    if let algorithm = request.dialect.shown(upload.checksumAlgorithm) {
      head.add(request.names.checksumAlgorithm, algorithm.name)
      if let type = upload.checksumType { head.add(request.names.checksumType, type.name) }
    }
    head.add("Content-Type", "application/xml")
    LifecycleHeaders.add(abortionOf: upload, request, to: &head)
    return .complete(head, writer.xml.bytes[...])
  }
}
