import Metadata
import Primitives
import Volumes

extension ObjectStore {
  /// Copies an object within the server; its blobs are shared, not copied (AWS API reference, CopyObject).
  /// The copy is an object written at once, with a plain MD5 as its tag.
  package func copyObject(
    _ request: CopyObjectRequest
  ) async throws(ObjectError) -> CopyObjectResult {
    let bucket = try buckets.entry(request.bucket)
    try Self.checkOntoItself(request)
    try Self.check(request.lock, bucket.info)
    for _ in 0..<limits.attempts {
      let source = try await openSource(request.source, follows: !request.copiesLinks)
      guard source.info.size <= limits.largestCopySource else {
        throw .copySourceTooLarge(size: source.info.size, maximum: limits.largestCopySource)
      }
      if !request.conditions.isEmpty {
        try request.conditions.check(try await currentTag(request.bucket, request.key), key: request.key)
      }
      if let result = try await attempt(request, source, bucket) { return result }
    }
    throw .conflict
  }

  private static func checkOntoItself(_ request: CopyObjectRequest) throws(ObjectError) {
    guard request.source.bucket.id == request.bucket.id, request.source.key == request.key else { return }
    // An old version copied onto its key is how one is restored.
    if request.source.version != nil || request.source.asOf != nil { return }
    if case .replace = request.metadata { return }
    if request.tags != nil { return }
    if request.storageClass != nil || request.websiteRedirectLocation != nil || request.namesEncryption {
      return
    }
    throw .copyOntoItselfUnchanged
  }

  /// Opens the source of a copy and judges its conditions: what would be 304 for a read is 412 here. Throws
  /// `.archived`.
  func openSource(_ source: CopySource, follows: Bool = true) async throws(ObjectError) -> OpenObject {
    let object = try await openObject(
      bucket: source.bucket, key: source.key, version: source.version, asOf: source.asOf, follows: follows)
    let now = Timestamp.now()
    let verdict = source.conditions.verdict(
      etag: object.info.etag, lastModified: object.info.lastModified, now: now)
    switch verdict {
    case .proceed:
      try expectReadable(object, at: now)
      return object
    case .notModified(let condition), .failed(let condition):
      throw .preconditionFailed(condition.ofCopySource)
    }
  }

  /// Nil: the source was overwritten meanwhile.
  private func attempt(
    _ request: CopyObjectRequest, _ source: OpenObject, _ bucket: BucketEntry
  ) async throws(ObjectError) -> CopyObjectResult? {
    let algorithm = request.checksumAlgorithm ?? source.info.checksum?.algorithm ?? .crc64nvme
    let copied = try await prepareCopy(
      source, 0..<source.info.size, algorithm, for: request.bucket, request.key,
      request.storageClass ?? bucket.info.settings.storageClass)
    let (record, rows) = Self.record(request, source.info, copied, algorithm, bucket.info, limits)
    let write = ObjectRowWrite(
      bucket: bucket, key: request.key, value: record.encode(), size: copied.size, lastModified: nil,
      conditions: request.conditions)
    let commit = CopyCommit(copied, source)
    try await warm(commit.rowKeys)
    let id = request.bucket.id
    let done: (ObjectRowWrite.Written, Aftermath)?
    do throws(ObjectError) {
      done = try await metadata.update(.key(bucket: id, key: request.key.bytes)) {
        (transaction) throws(ObjectError) in
        var book = CommitBook(transaction)
        guard try commit.takeReferences(&book) else { return nil }
        let written = try write.perform(&book)
        if case .manifest(let manifest) = record.content {
          for row in rows {
            transaction.put(ObjectTables.manifestRow(id, manifest.id, row.index), row.value)
          }
        }
        return (written, book.aftermath)
      }
    } catch {
      giveBack(commit.newExtents, after: error)
      throw error
    }
    guard let (written, aftermath) = done else { return nil }
    await settle(aftermath)
    return CopyObjectResult(
      etag: record.row.etag, size: copied.size,
      checksum: ObjectChecksum(algorithm: algorithm, type: .fullObject, value: copied.checksum),
      lastModified: written.lastModified, version: written.version, label: written.label,
      sourceLabel: source.bucket.isVersioned ? source.info.label : nil)
  }

  /// The record of the copy, and the manifest rows it needs when it has many pieces.
  private static func record(
    _ request: CopyObjectRequest, _ source: ObjectInfo, _ copied: CopiedBytes,
    _ algorithm: ChecksumAlgorithm, _ bucket: BucketInfo, _ limits: ObjectLimits
  ) -> (ObjectRecord, [(index: Int, value: [UInt8])]) {
    var system = source.system
    var user = source.user
    system.websiteRedirectLocation = nil
    if case .replace(let newSystem, let newUser) = request.metadata {
      system = newSystem
      user = newUser
    }
    if let location = request.websiteRedirectLocation { system.websiteRedirectLocation = location }

    let (content, rows) = copied.content(limits)
    var record = ObjectRecord(
      row: ObjectRow(
        contentKind: content.kind, storageClass: request.storageClass ?? bucket.settings.storageClass,
        checksumAlgorithm: algorithm, checksumType: .fullObject, etag: ETag(md5: copied.md5),
        version: VersionID(rawValue: 0), lastModified: Timestamp(milliseconds: 0), size: copied.size,
        recordLength: 0),
      fields: MetadataFields(
        owner: request.owner == request.bucket.owner ? nil : request.owner, system: system, user: user,
        tags: request.tags ?? source.tags, lock: request.lock, in: bucket),
      checksum: copied.checksum, content: content, upload: nil)
    if request.copiesLinks, let target = source.target { record.becomeSymlink(to: target) }
    return (record, rows)
  }
}

extension CopiedBytes {
  /// As an object's content: many pieces are one entry of a manifest.
  func content(_ limits: ObjectLimits) -> (Content, [(index: Int, value: [UInt8])]) {
    if pieces.isEmpty { return (.inline([]), []) }
    if pieces.count == 1, case .bytes(let bytes) = pieces[0] { return (.inline(bytes[...]), []) }
    var sink = ManifestSink(limits)
    sink.append(
      PartEntry(number: 0, size: size, etag: ETag(md5: md5), checksum: nil, pieces: pieces))
    sink.finish()
    let rows = sink.take(.max)
    return rows.isEmpty ? (.pieces(pieces), []) : (sink.content(ManifestID.random()), rows)
  }
}

extension FailedCondition {
  /// The same condition as a copy source's.
  var ofCopySource: FailedCondition {
    switch self {
    case .ifMatch, .copySourceIfMatch: .copySourceIfMatch
    case .ifNoneMatch, .copySourceIfNoneMatch: .copySourceIfNoneMatch
    case .ifModifiedSince, .copySourceIfModifiedSince: .copySourceIfModifiedSince
    case .ifUnmodifiedSince, .copySourceIfUnmodifiedSince: .copySourceIfUnmodifiedSince
    }
  }
}
