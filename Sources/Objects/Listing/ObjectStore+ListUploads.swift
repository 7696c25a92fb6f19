import Metadata
import Primitives

extension ObjectStore {
  /// A page of a bucket's uploads (AWS API reference, ListMultipartUploads). Throws `.invalidUploadIDMarker`.
  package func listMultipartUploads(
    _ request: ListMultipartUploadsRequest
  ) async throws(ObjectError) -> ListMultipartUploadsPage {
    _ = try buckets.entry(request.bucket)
    var idMarker: UploadID?
    if !request.keyMarker.isEmpty && !request.uploadIDMarker.isEmpty {
      guard let id = UploadID(text: request.uploadIDMarker) else {
        throw .invalidUploadIDMarker(request.uploadIDMarker)
      }
      idMarker = id
    }
    let marker = idMarker
    let limit = min(request.limit, limits.pageLength)
    if limit <= 0 {
      return ListMultipartUploadsPage(
        entries: [], isTruncated: false, nextKeyMarker: [], nextUploadIDMarker: "")
    }
    return try await metadata.read { (reader) throws(ObjectError) in
      var lister = UploadLister(request, idMarker: marker, limit: limit)
      return try lister.run(reader)
    }
  }

  /// A page of an upload's parts by number (AWS API reference, ListParts). Throws `.noSuchUpload`.
  package func listParts(
    _ request: ListPartsRequest
  ) async throws(ObjectError) -> ListPartsPage {
    _ = try buckets.entry(request.bucket)
    let id = try Self.uploadID(request.uploadID)
    let bucket = request.bucket
    let key = request.key
    let limit = max(0, min(request.limit, limits.pageLength))
    return try await metadata.read { (reader) throws(ObjectError) in
      guard let value = try reader.row(ObjectTables.upload(bucket.id, key.bytes, id)) else {
        throw .noSuchUpload(id: request.uploadID)
      }
      let upload = try decoding { () throws(RecordError) in try UploadRecord(decoding: value) }
      let info = upload.info(id: id, key: key, bucketOwner: bucket.owner)
      // One more than asked for says whether there is more.
      var rows = try PartRow.read(
        reader, prefix: ObjectTables.partPrefix(bucket.id, id), after: max(0, request.after),
        limit: limit + 1)
      let isTruncated = limit > 0 && rows.count > limit
      rows.removeLast(max(0, rows.count - limit))
      return ListPartsPage(
        upload: info, parts: rows.map { $0.record.info(number: $0.number, upload) },
        isTruncated: isTruncated, next: rows.last?.number ?? 0)
    }
  }

  /// An upload id as clients send it; one that never was an id names no upload.
  static func uploadID(_ text: String) throws(ObjectError) -> UploadID {
    guard let id = UploadID(text: text) else { throw .noSuchUpload(id: text) }
    return id
  }
}

extension PartRecord {
  /// The part as clients see it: its checksum only where the upload declared an algorithm.
  func info(number: Int, _ upload: UploadRecord) -> PartInfo {
    PartInfo(
      number: number, size: size, etag: etag, lastModified: lastModified,
      checksum: upload.checksumAlgorithm.map {
        ObjectChecksum(algorithm: $0, type: .fullObject, value: checksum)
      })
  }
}
