import Primitives

@testable import Objects

func key(_ text: String) throws -> ObjectKey { try ObjectKey(validating: Array(text.utf8)) }

extension TestStore {
  func bucket(_ name: String = "bucket") async throws -> BucketInfo {
    try await objects.createBucket(
      name: BucketName(validating: name), owner: Self.owner, region: "us-east-1")
  }

  @discardableResult
  func put(
    _ bucket: BucketInfo, _ name: String, _ bytes: [UInt8], _ conditions: WriteConditions = .none,
    portion: Int = 50_000, _ change: (inout PutObjectRequest) -> Void = { _ in }
  ) async throws -> PutObjectResult {
    var request = PutObjectRequest(bucket: bucket, key: try key(name), owner: Self.owner)
    request.conditions = conditions
    change(&request)
    return try await objects.putObject(request, body: BytesBody(bytes, portion: portion))
  }

  func get(_ bucket: BucketInfo, _ name: String, _ range: Range<UInt64>? = nil) async throws -> [UInt8] {
    let object = try await objects.openObject(bucket: bucket, key: try key(name))
    return try await read(object, range)
  }

  func read(_ object: OpenObject, _ range: Range<UInt64>? = nil) async throws -> [UInt8] {
    let wanted = range ?? 0..<object.info.size
    let reader = try object.read(wanted)
    var bytes: [UInt8] = []
    do {
      while let part = try await unsafe reader.next() { unsafe bytes.append(contentsOf: part) }
    } catch {
      await reader.close()
      throw error
    }
    await reader.close()
    if let inline = object.inlineBytes(wanted) { precondition(Array(inline) == bytes, "inline bytes differ") }
    return bytes
  }

  func info(_ bucket: BucketInfo, _ name: String) async throws -> ObjectInfo {
    try await objects.objectInfo(bucket: bucket, key: try key(name))
  }

  @discardableResult
  func delete(
    _ bucket: BucketInfo, _ name: String, _ ifMatch: ETagMatch? = nil
  ) async throws -> DeleteObjectResult {
    try await objects.deleteObject(
      DeleteObjectRequest(bucket: bucket, key: try key(name), ifMatch: ifMatch))
  }

  @discardableResult
  func copy(
    _ from: (BucketInfo, String), to: (BucketInfo, String),
    _ change: (inout CopyObjectRequest) -> Void = { _ in }
  ) async throws -> CopyObjectResult {
    var request = CopyObjectRequest(
      source: CopySource(bucket: from.0, key: try key(from.1)), bucket: to.0, key: try key(to.1),
      owner: Self.owner)
    change(&request)
    return try await objects.copyObject(request)
  }

  func begin(
    _ bucket: BucketInfo, _ name: String, _ algorithm: ChecksumAlgorithm? = nil,
    _ type: ChecksumType? = nil
  ) async throws -> UploadInfo {
    var request = CreateMultipartUploadRequest(
      bucket: bucket, key: try key(name), owner: Self.owner)
    request.checksumAlgorithm = algorithm
    request.checksumType = type
    return try await objects.createMultipartUpload(request)
  }

  @discardableResult
  func part(
    _ bucket: BucketInfo, _ upload: UploadInfo, _ number: Int, _ bytes: [UInt8]
  ) async throws -> PartInfo {
    var request = UploadPartRequest(
      bucket: bucket, key: upload.key, uploadID: upload.id.text, number: number)
    request.checksumAlgorithm = upload.checksumAlgorithm
    return try await objects.uploadPart(request, body: BytesBody(bytes))
  }

  @discardableResult
  func partCopy(
    _ bucket: BucketInfo, _ upload: UploadInfo, _ number: Int, from: String, _ range: Range<UInt64>? = nil
  ) async throws -> PartInfo {
    try await objects.uploadPartCopy(
      UploadPartCopyRequest(
        source: CopySource(bucket: bucket, key: try key(from)), range: range, bucket: bucket,
        key: upload.key, uploadID: upload.id.text, number: number)
    ).part
  }

  @discardableResult
  func complete(
    _ bucket: BucketInfo, _ upload: UploadInfo, _ parts: [PartInfo],
    _ change: (inout CompleteMultipartUploadRequest) -> Void = { _ in }
  ) async throws -> CompleteMultipartUploadResult {
    var request = CompleteMultipartUploadRequest(
      bucket: bucket, key: upload.key, uploadID: upload.id.text,
      parts: parts.map { part in
        CompletedPart(
          number: part.number, etag: part.etag.text,
          checksum: part.checksum.map { ExpectedChecksum(algorithm: $0.algorithm, value: $0.value) })
      })
    change(&request)
    return try await objects.completeMultipartUpload(request)
  }

  func abort(_ bucket: BucketInfo, _ upload: UploadInfo) async throws {
    try await objects.abortMultipartUpload(bucket: bucket, key: upload.key, uploadID: upload.id.text)
  }
}
