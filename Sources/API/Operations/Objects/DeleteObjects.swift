import HTTP
package import Objects
import Primitives

/// Deletes up to a thousand objects. S3 `DeleteObjects`, OSS `DeleteMultipleObjects`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/deletemultipleobjects>
package enum DeleteObjects: Operation {
  package static let spec = OperationSpec(
    "DeleteObjects", .post, .bucket, subresource: "delete", action: "s3:DeleteObject",
    body: .buffered(limit: 2 << 20), cost: .write, logName: "REST.POST.MULTI_OBJECT_DELETE",
    errors: [
      .badDigest, .invalidRequest, .malformedXML, .maxMessageLengthExceeded, .missingRequestBody,
      .noSuchBucket,
    ])

  /// Keys of one request.
  package static let limit = 1000

  package struct Input: Sendable {
    package var entries: [Entry] = []
    /// Whether only failures are listed.
    package var isQuiet = false
  }

  /// One key to delete.
  package struct Entry: Sendable {
    package let key: [UInt8]
    package let versionID: String?
    /// What to ask the store for; nil when the entry is decided already: nothing to delete, or `refusal`.
    package let request: DeleteObjectRequest?
    package let refusal: S3Error?
  }

  package static func decode(_ request: APIRequest) throws(S3Error) -> Input {
    guard request.checksums?.hasIntegrityHeader == true else {
      throw .invalidRequest(
        "Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
    }
    try PayloadIntegrity.check(request)
    let root = try RequestDocument.parse(request.payload, root: "Delete")
    var input = Input()
    input.isQuiet = root.string("Quiet")?.lowercased() == "true"
    let objects = root.all("Object")
    guard (1...limit).contains(objects.count) else { throw S3Error(.malformedXML) }
    for object in objects { input.entries.append(try entry(object, request)) }
    return input
  }

  package static func perform(
    _ input: Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> [S3Error?] {
    let outcomes = await services.store.deleteObjects(input.entries.compactMap(\.request))
    var rest = outcomes.makeIterator()
    return input.entries.map { entry in
      guard entry.request != nil, case .failure(let error)? = rest.next() else { return entry.refusal }
      return S3Error(error, request)
    }
  }

  package static func encode(
    _ failures: [S3Error?], _ input: Input, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var xml = XMLWriter(capacity: 128 * input.entries.count)
    xml.open("DeleteResult", xmlns: request.dialect.xmlNamespace)
    for (entry, failure) in zip(input.entries, failures) {
      guard failure == nil, !input.isQuiet else { continue }
      xml.open("Deleted")
      xml.element("Key", entry.key)
      if let version = entry.versionID { xml.element("VersionId", version) }
      xml.close("Deleted")
    }
    for (entry, failure) in zip(input.entries, failures) {
      guard let failure else { continue }
      xml.open("Error")
      xml.element("Key", entry.key)
      if let version = entry.versionID { xml.element("VersionId", version) }
      xml.element("Code", failure.code.name)
      xml.element("Message", failure.message)
      xml.close("Error")
    }
    xml.close("DeleteResult")
    return request.reply(xml)
  }

  private static func entry(_ object: XMLElement, _ request: APIRequest) throws(S3Error) -> Entry {
    guard let bytes = object.first("Key")?.text, !bytes.isEmpty else { throw S3Error(.malformedXML) }
    let version = object.string("VersionId")
    var isCurrent = true
    if let version { isCurrent = try VersionParameter.checked(version) == nil }
    func decided(_ refusal: S3Error?) -> Entry {
      Entry(key: bytes, versionID: version, request: nil, refusal: refusal)
    }
    // Conditions of directory buckets, which would be wrong to leave unjudged.
    guard object.first("Size") == nil, object.first("LastModifiedTime") == nil else {
      return decided(S3Error(.notImplemented))
    }
    let key: ObjectKey
    do throws(InvalidObjectKey) {
      key = try ObjectKey(validating: bytes)
    } catch {
      return decided(S3Error(error, path: bytes[...]))
    }
    guard isCurrent else { return decided(nil) }
    let ifMatch = object.first("ETag").map { ETagMatch(parsing: $0.text) }
    return Entry(
      key: bytes, versionID: version,
      request: DeleteObjectRequest(bucket: request.knownBucket, key: key, ifMatch: ifMatch), refusal: nil)
  }
}
