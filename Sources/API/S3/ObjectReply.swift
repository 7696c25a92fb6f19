package import HTTP
package import Objects
import Primitives

/// What GetObject and HeadObject ask and answer alike.
package enum ObjectReply {
  /// What a read asks for.
  package struct Input: Sendable {
    package var range: ByteRange?
    package var partNumber: Int?
    package var conditions: ReadConditions?
    package var overrides: SystemMetadata?
    package var showsChecksum = false
    /// Nil: the current one.
    package var version: VersionLabel?
  }

  /// The head of the answer, and which bytes of the object go with it (nil: none, as with 304).
  package struct Answer {
    package var head: ResponseHead
    package var range: Range<UInt64>?
  }

  /// Reads the input.
  package static func decode(_ request: APIRequest) throws(S3Error) -> Input {
    let headers = request.headers
    for name in request.names.refusedOnRead where headers.contains(name) {
      throw .notImplemented(header: "\(name)")
    }
    var input = Input()
    let range = headers.first("range")
    if request.query.count > 0 {
      try WriteHeaders.refuseParameters(request)
      input.version = try VersionParameter.read(request.query)
      input.partNumber = try PartNumber.read(request.query)
      input.overrides = try ResponseOverrides.read(request.query, isAnonymous: request.identity == nil)
    }
    if range != nil, input.partNumber != nil {
      throw .invalidRequest("Cannot specify both Range header and partNumber query parameter")
    }
    input.range = range.flatMap { ByteRange($0) }
    input.conditions = Conditions.read(headers, .standard)
    input.showsChecksum = ChecksumChoice.isShown(request)
    return input
  }

  /// Judges conditions, then finds the range, and writes the head. `part` looks up where a part lies; it is
  /// called when the request names one.
  ///
  /// - Throws: PreconditionFailed, InvalidRange, and what `part` throws.
  package static func answer(
    _ info: ObjectInfo, _ input: Input, _ request: APIRequest,
    part: (Int) throws(ObjectError) -> ObjectPart
  ) throws(S3Error) -> Answer {
    request.outcome.objectSize = info.size
    if let conditions = input.conditions {
      switch conditions.verdict(etag: info.etag, lastModified: info.lastModified, now: .now()) {
      case .proceed: break
      case .failed(let condition): throw .preconditionFailed(condition.headerName(request.names))
      case .notModified: return notModified(info, request)
      }
    }
    if let number = input.partNumber {
      let found: ObjectPart
      do throws(ObjectError) { found = try part(number) } catch { throw S3Error(error, request) }
      return partial(found.range, info, input, request, part: found)
    }
    let range = input.range.flatMap { RangeValidator.holds(request.headers, info) ? $0 : nil }
    switch range?.resolve(size: info.size) ?? .whole {
    case .whole: return whole(info, input, request)
    case .partial(let range): return partial(range, info, input, request, part: nil)
    case .unsatisfiable:
      if request.dialect.objects.ignoresRangesBehindEnd, !RangeBehavior.isStandard(request) {
        return whole(info, input, request)
      }
      throw S3Error(
        .invalidRange,
        elements: [
          ("RangeRequested", request.headers.string("range") ?? ""), ("ActualObjectSize", String(info.size)),
        ], headers: [("Content-Range", "bytes */\(info.size)")])
    }
  }

  private static func whole(_ info: ObjectInfo, _ input: Input, _ request: APIRequest) -> Answer {
    var head = request.reply(200)
    describe(info, input, request, to: &head)
    if input.showsChecksum, let checksum = info.checksum {
      ChecksumChoice.add(checksum, to: &head, request)
    }
    if info.kind == .ordinary { addContentMD5(info.etag, request, to: &head) }
    head.contentLength = info.size
    return Answer(head: head, range: 0..<info.size)
  }

  private static func partial(
    _ range: Range<UInt64>, _ info: ObjectInfo, _ input: Input, _ request: APIRequest, part: ObjectPart?
  ) -> Answer {
    var head = request.reply(206)
    describe(info, input, request, to: &head)
    if range.isEmpty {
      // The one part of an empty object: there is no range to state.
      head = request.reply(200)
      describe(info, input, request, to: &head)
    } else {
      head.add("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(info.size)")
    }
    if part != nil, let count = info.partCount { head.add(request.names.partsCount, count) }
    if input.showsChecksum, let checksum = checksum(of: range, info, part) {
      ChecksumChoice.add(checksum, to: &head, request)
    }
    head.contentLength = UInt64(range.count)
    return Answer(head: head, range: range)
  }

  /// The checksum that is true of what a partial reply carries, if one is stored.
  private static func checksum(
    of range: Range<UInt64>, _ info: ObjectInfo, _ part: ObjectPart?
  ) -> ObjectChecksum? {
    if let own = part?.checksum { return own }
    guard UInt64(range.count) == info.size, info.checksum?.type == .fullObject else { return nil }
    return info.checksum
  }

  /// RFC 9110 section 15.4.5: what would have changed a cached copy, and nothing of the payload.
  private static func notModified(_ info: ObjectInfo, _ request: APIRequest) -> Answer {
    var head = request.reply(304)
    addValidators(info, request, to: &head)
    addVersion(info, request, to: &head)
    if let value = info.system.cacheControl { head.add("Cache-Control", value) }
    if let value = info.system.expires { head.add("Expires", value) }
    return Answer(head: head, range: nil)
  }

  private static func describe(
    _ info: ObjectInfo, _ input: Input, _ request: APIRequest, to head: inout ResponseHead
  ) {
    addValidators(info, request, to: &head)
    addVersion(info, request, to: &head)
    head.add("Accept-Ranges", "bytes")
    StoredHeaders.add(info.system, overrides: input.overrides, to: &head, request.names)
    MetadataHeaders.add(info.user, to: &head, request.names)
    let dialect = request.dialect
    if info.storageClass != .standard || dialect.objects.showsStandardClass {
      head.add(request.names.storageClass, dialect.name(of: info.storageClass))
      if let restore = info.restore { RestoreText.add(restore, request, to: &head) }
    }
    if let type = dialect.objects.type { head.add(type, info.kind.typeName(info.etag)) }
    if info.kind == .appendable {
      if let next = dialect.objects.nextAppendPosition { head.add(next, info.size) }
      if let name = dialect.objects.sealedTime, let sealed = info.sealed {
        head.add(name, sealed.imfFixdate)
      }
    }
    if !info.tags.isEmpty { head.add(request.names.tags.count, info.tags.tags.count) }
    LockHeaders.add(info, to: &head, request.names.objectLock)
    if request.bucket?.settings.lifecycle != nil, input.version == nil, request.asOf == nil {
      LifecycleHeaders.add(
        LifecycleSubject(key: info.key, version: info.version, size: info.size, tags: info.tags), request,
        to: &head)
    }
  }

  /// The version's id, which buckets that have never had versioning do not tell.
  package static func addVersion(_ info: ObjectInfo, _ request: APIRequest, to head: inout ResponseHead) {
    guard request.bucket?.isVersioned == true else { return }
    addVersion(info.label, request, to: &head)
  }

  /// The id of a version that was made, changed or deleted; nothing for nil.
  package static func addVersion(_ label: VersionLabel?, _ request: APIRequest, to head: inout ResponseHead) {
    guard let label else { return }
    head.add(request.names.versions.versionID, label.text)
  }

  /// `Last-Modified` and `ETag`.
  package static func addValidators(_ info: ObjectInfo, _ request: APIRequest, to head: inout ResponseHead) {
    head.add("Last-Modified") { info.lastModified.append(imfFixdateTo: &$0) }
    addETag(info.etag, request, to: &head)
  }

  /// `Content-MD5` where the dialect tells it, which it can of what was written at once only.
  package static func addContentMD5(_ etag: ETag, _ request: APIRequest, to head: inout ResponseHead) {
    guard request.dialect.objects.showsContentMD5, etag.partCount == nil else { return }
    head.add("Content-MD5") { Base64.append(etag.md5, to: &$0) }
  }

  /// The quoted `ETag` of what the document tells of, where the dialect has it in both places.
  package static func addETagOfDocument(_ etag: ETag, _ request: APIRequest, to head: inout ResponseHead) {
    if request.dialect.objects.showsETagsOfDocuments { addETag(etag, request, to: &head) }
  }

  /// The quoted `ETag`.
  package static func addETag(_ etag: ETag, _ request: APIRequest, to head: inout ResponseHead) {
    let dialect = request.dialect
    head.add("ETag") {
      $0.append(UInt8(ascii: "\""))
      dialect.append(etag, to: &$0)
      $0.append(UInt8(ascii: "\""))
    }
  }
}
