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
    return try await metadata.read { (reader) throws(ObjectError) in
      guard let asOf = request.asOf else {
        guard var lister = ObjectLister(request, limit: limit) else { return ListObjectsPage() }
        return try lister.run(reader)
      }
      guard var lister = MomentLister(request, asOf: asOf, limit: limit) else { return ListObjectsPage() }
      try Self.expectWhole(entry.info, asOf, below: lister.scope, reader)
      return try lister.run(reader)
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
    return try await metadata.read { (reader) throws(ObjectError) in
      guard var lister = VersionLister(request, limit: limit) else { return ListObjectVersionsPage() }
      if let asOf = request.asOf {
        try Self.expectWhole(entry.info, asOf, below: lister.scope, reader)
      }
      return try lister.run(reader)
    }
  }
}
