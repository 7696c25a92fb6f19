import Metadata
import Primitives

extension ObjectStore {
  /// A page of a bucket's keys and common prefixes (AWS API reference, ListObjects and ListObjectsV2), as they are or
  /// as they were at a moment. A limit of zero or less gives an empty page that is not truncated. Throws
  /// `.notRestorable`, `.momentInFuture`.
  package func listObjects(
    _ request: ListObjectsRequest
  ) async throws(ObjectError) -> ListObjectsPage {
    let entry = try buckets.entry(request.bucket)
    if let asOf = request.asOf { try await expectPast(asOf) }
    let limit = min(request.limit, limits.pageLength)
    if limit <= 0 { return ListObjectsPage() }
    guard let asOf = request.asOf else {
      return try await metadata.read { (reader) throws(ObjectError) in
        guard var lister = ObjectLister(request, limit: limit) else { return ListObjectsPage() }
        return try lister.run(reader)
      }
    }
    let stepLimit = limits.rowsPerListing
    guard let lister = MomentLister(request, asOf: asOf, limit: limit, stepLimit: stepLimit) else {
      return ListObjectsPage()
    }
    return try await inReads(lister) { (lister, reader) throws(ObjectError) in
      try Self.expectWhole(entry.info, asOf, below: lister.scope, reader)
      return try lister.run(reader)
    }
  }

  /// Makes a page in as many reads as it takes, none of which holds a snapshot for long.
  func inReads<Lister: Sendable, Page: Sendable>(
    _ lister: Lister,
    _ body: @escaping @Sendable (inout Lister, any MetadataReader) throws(ObjectError) -> Page?
  ) async throws(ObjectError) -> Page {
    var lister = lister
    while true {
      let (next, page) = try await metadata.read { [lister] (reader) throws(ObjectError) in
        var lister = lister
        let page = try body(&lister, reader)
        return (lister, page)
      }
      if let page { return page }
      lister = next
    }
  }

  /// A page of a bucket's versions and delete markers (AWS API reference, ListObjectVersions), as they are or as they
  /// were at a moment; otherwise as `listObjects`. A bucket that has never had versioning shows each object as the
  /// version `null`.
  package func listObjectVersions(
    _ request: ListObjectVersionsRequest
  ) async throws(ObjectError) -> ListObjectVersionsPage {
    let entry = try buckets.entry(request.bucket)
    if let asOf = request.asOf { try await expectPast(asOf) }
    let limit = min(request.limit, limits.pageLength)
    if limit <= 0 { return ListObjectVersionsPage() }
    guard let lister = VersionLister(request, limit: limit, stepLimit: limits.rowsPerListing) else {
      return ListObjectVersionsPage()
    }
    return try await inReads(lister) { (lister, reader) throws(ObjectError) in
      if let asOf = request.asOf {
        try Self.expectWhole(entry.info, asOf, below: lister.scope, reader)
      }
      return try lister.run(reader)
    }
  }
}
