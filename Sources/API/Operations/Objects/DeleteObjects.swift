import HTTP
package import Objects
import Primitives

/// Deletes up to a thousand objects or versions of them. S3 `DeleteObjects`, OSS `DeleteMultipleObjects`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/deletemultipleobjects>
package enum DeleteObjects: Operation {
  package static let spec = OperationSpec(
    "DeleteObjects", .post, .bucket, subresource: "delete", action: "s3:DeleteObject",
    body: .buffered(limit: 2 << 20), cost: .write, logName: "REST.POST.MULTI_OBJECT_DELETE",
    errors: [
      .badDigest, .invalidArgument, .invalidRequest, .malformedXML, .maxMessageLengthExceeded,
      .missingRequestBody,
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
    /// What to ask the store for, or why not to.
    package let request: Result<DeleteObjectRequest, S3Error>
  }

  package static func decode(_ request: APIRequest) throws(S3Error) -> Input {
    try PayloadIntegrity.demand(request, always: true)
    let bypassesGovernance = try LockHeaders.bypassesGovernance(request)
    let root = try RequestDocument.parse(request.payload, root: "Delete")
    var input = Input()
    input.isQuiet = root.string("Quiet")?.lowercased() == "true"
    let objects = root.all("Object")
    guard (1...limit).contains(objects.count) else { throw S3Error(.malformedXML) }
    for object in objects {
      input.entries.append(try entry(object, request, bypassesGovernance: bypassesGovernance))
    }
    return input
  }

  package static func perform(
    _ input: Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> [Result<DeleteObjectResult, S3Error>] {
    let outcomes = await services.store.deleteObjects(input.entries.compactMap { try? $0.request.get() })
    var rest = outcomes.makeIterator()
    return input.entries.map { entry in
      switch entry.request {
      case .failure(let refusal): .failure(refusal)
      case .success: (rest.next() ?? .failure(.conflict)).mapError { S3Error($0, request) }
      }
    }
  }

  package static func encode(
    _ outcomes: [Result<DeleteObjectResult, S3Error>], _ input: Input, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    let hasFailures = outcomes.contains { if case .failure = $0 { true } else { false } }
    if input.isQuiet, !hasFailures, request.dialect.listing.echoesEmpty {
      // OSS says nothing where there is nothing to say.
      return .complete(request.reply(200))
    }
    var xml = try ListingWriter(encodedAsAsked: request, capacity: 128 + 128 * input.entries.count)
    xml.xml.open("DeleteResult", xmlns: request.dialect.xmlNamespace)
    xml.encodingType()
    if !input.isQuiet {
      for case (let entry, .success(let result)) in zip(input.entries, outcomes) {
        writeDeleted(entry, result, to: &xml)
      }
    }
    for case (let entry, .failure(let failure)) in zip(input.entries, outcomes) {
      xml.xml.open("Error")
      xml.key("Key", entry.key)
      if let version = entry.versionID { xml.xml.element("VersionId", version) }
      xml.xml.element("Code", request.dialect.refusal(failure, request.refusalContext).code)
      xml.xml.element("Message", failure.message)
      xml.xml.close("Error")
    }
    xml.xml.close("DeleteResult")
    return request.reply(xml.xml)
  }

  private static func writeDeleted(
    _ entry: Entry, _ result: DeleteObjectResult, to xml: inout ListingWriter
  ) {
    xml.xml.open("Deleted")
    xml.key("Key", entry.key)
    if let version = entry.versionID { xml.xml.element("VersionId", version) }
    if result.isDeleteMarker {
      xml.xml.element("DeleteMarker", true)
      if let label = result.label { xml.xml.element("DeleteMarkerVersionId", label.text) }
    }
    xml.xml.close("Deleted")
  }

  private static func entry(
    _ object: XMLElement, _ request: APIRequest, bypassesGovernance: Bool
  ) throws(S3Error) -> Entry {
    guard let bytes = object.first("Key")?.text, !bytes.isEmpty else { throw S3Error(.malformedXML) }
    let version = object.string("VersionId")
    func refused(_ refusal: S3Error) -> Entry {
      Entry(key: bytes, versionID: version, request: .failure(refusal))
    }
    // Conditions of directory buckets, which would be wrong to leave unjudged.
    guard object.first("Size") == nil, object.first("LastModifiedTime") == nil else {
      return refused(S3Error(.notImplemented))
    }
    let key: ObjectKey
    do throws(InvalidObjectKey) {
      key = try ObjectKey(validating: bytes)
    } catch {
      return refused(S3Error(error, path: bytes[...]))
    }
    var deletion = DeleteObjectRequest(
      bucket: request.knownBucket, key: key,
      ifMatch: object.first("ETag").map { ETagMatch(parsing: $0.text) })
    if let version {
      guard let label = VersionLabel(text: version) else { return refused(S3Error(.noSuchVersion)) }
      deletion.version = label
    }
    deletion.bypassesGovernance = bypassesGovernance
    return Entry(key: bytes, versionID: version, request: .success(deletion))
  }
}
