import Metadata
import Primitives

extension ObjectStore {
  /// A page of a bucket's keys and common prefixes (AWS API reference, ListObjects and ListObjectsV2). A
  /// limit of zero or less gives an empty page that is not truncated.
  package func listObjects(
    _ request: ListObjectsRequest
  ) async throws(ObjectError) -> ListObjectsPage {
    _ = try buckets.entry(request.bucket)
    let limit = min(request.limit, limits.pageLength)
    if limit <= 0 { return ListObjectsPage() }
    return try await metadata.read { (reader) throws(ObjectError) in
      var lister = ObjectLister(request, limit: limit)
      return try lister.run(reader)
    }
  }
}
