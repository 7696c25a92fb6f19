import HTTP
package import Objects
import Primitives

/// Stores the file of a browser's form. S3 `POST Object`, OSS `PostObject`.
///
/// The chain has read the form up to its file, and found its policy right; its fields stand in the place of headers.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/postobject>
package enum PostObject: Operation {
  package static let spec = OperationSpec(
    "PostObject", .post, .bucket, action: "s3:PutObject", body: .form, cost: .write,
    logName: "REST.POST.OBJECT",
    errors: [
      .accessControlListNotSupported, .accessDenied, .badDigest, .entityTooLarge, .entityTooSmall,
      .incompleteBody, .invalidArgument, .invalidDigest, .invalidPolicyDocument, .invalidStorageClass,
      .invalidTag, .keyTooLong, .malformedPOSTRequest, .malformedXML, .maxPostPreDataLengthExceeded,
      .metadataTooLarge, .missingContentLength, .noSuchBucket, .notImplemented, .preconditionFailed,
    ])

  /// What the form wants stored, and what it wants to hear.
  package struct Input: Sendable {
    var put: PutObjectRequest
    /// 200, 201 or 204.
    var status = 204
    /// Where the browser goes then.
    var redirect: String?
  }

  package static func decode(_ request: APIRequest) throws(S3Error) -> Input {
    guard request.target.key != nil, let form = request.form?.fields else {
      throw FormError.missingField("key").refusal(request.dialect)
    }
    var input = Input(put: try PutObject.decode(request))
    if let document = form.value("tagging"), !document.isEmpty {
      input.put.tags = try tags(document)
    }
    if let status = form.value("success_action_status") {
      input.status = [200, 201].first { "\($0)".utf8.elementsEqual(status) } ?? 204
    }
    let redirect = form.value("success_action_redirect") ?? form.value("redirect")
    input.redirect = redirect.flatMap { redirect in
      // Anything else is ignored; a control character would end the header.
      let isURL = redirect.starts(with: "http://".utf8) || redirect.starts(with: "https://".utf8)
      return isURL && redirect.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? redirect[...].lossyText : nil
    }
    return input
  }

  private static func tags(_ document: [UInt8]) throws(S3Error) -> TagSet {
    let root = try RequestDocument.parse(document, root: "Tagging")
    guard root.children.count == 1, let set = root.first("TagSet") else { throw S3Error(.malformedXML) }
    return try TaggingDocument.tags(in: set, limit: TagSet.objectLimit)
  }

  package static func perform(
    _ input: Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> PutObjectResult {
    try await services.store.putObject(input.put, body: request.knownForm.body)
  }

  package static func encode(
    _ result: PutObjectResult, _ input: Input, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    request.outcome.objectSize = result.size
    var head = request.reply(input.redirect == nil ? input.status : 303)
    ObjectReply.addETag(result.etag, request, to: &head)
    ObjectReply.addVersion(result.label, request, to: &head)
    ChecksumChoice.add(result.checksum, to: &head, request)
    LifecycleHeaders.add(
      LifecycleSubject(
        key: input.put.key, version: result.version, size: result.size, tags: input.put.tags),
      request, to: &head)
    if let redirect = input.redirect {
      head.add("Location", Self.location(redirect, result, input, request))
      return .complete(head)
    }
    head.add("Location", request.location)
    guard input.status == 201 else { return .complete(head) }
    head.add("Content-Type", "application/xml")
    var xml = XMLWriter(capacity: 512)
    xml.open("PostResponse")
    xml.element("Location", request.location)
    xml.element("Bucket", input.put.bucket.name.string)
    xml.element("Key", input.put.key.bytes)
    xml.element("ETag", request.dialect.quoted(result.etag))
    xml.close("PostResponse")
    return .complete(head, xml.bytes[...])
  }

  /// The form's URL, which learns what was stored.
  private static func location(
    _ redirect: String, _ result: PutObjectResult, _ input: Input, _ request: APIRequest
  ) -> String {
    let bucket = PercentEncoding.uriEncode(input.put.bucket.name.string, keepSlash: false)
    let key = PercentEncoding.uriEncode(input.put.key.bytes, keepSlash: false)
    let etag = PercentEncoding.uriEncode(request.dialect.quoted(result.etag), keepSlash: false)
    let (page, fragment) =
      redirect.firstIndex(of: "#").map { (redirect[..<$0], redirect[$0...]) } ?? (redirect[...], "")
    return "\(page)\(page.contains("?") ? "&" : "?")bucket=\(bucket)&key=\(key)&etag=\(etag)\(fragment)"
  }
}
