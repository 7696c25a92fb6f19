import Metadata
import Primitives

extension ObjectStore {
  /// Deletes an object; an absent one is no error unless a condition is given.
  package func deleteObject(
    _ request: DeleteObjectRequest
  ) async throws(ObjectError) -> DeleteObjectResult {
    let bucket = try buckets.entry(request.bucket)
    let id = request.bucket.id
    let key = request.key
    let conditions = WriteConditions(ifMatch: request.ifMatch)
    let (existed, aftermath) = try await metadata.update(
      .key(bucket: id, key: key.bytes), for: .free
    ) { (transaction) throws(ObjectError) in
      try bucket.check(in: transaction)
      let rowKey = ObjectTables.object(id, key.bytes)
      var book = CommitBook(transaction)
      guard let old = try transaction.row(rowKey) else {
        try conditions.check(nil, key: key)
        return (false, book.aftermath)
      }
      let row = try decoding { () throws(RecordError) in try ObjectRow(old) }
      try conditions.check(row.etag, key: key)
      try book.release(old, bucket: id)
      transaction.delete(rowKey)
      book.count(bucket: id, objects: -1, bytes: -Int64(clamping: row.size))
      return (true, book.aftermath)
    }
    await settle(aftermath)
    return DeleteObjectResult(existed: existed)
  }

  /// Deletes many keys; the commits share syncs. One result for each request, in their order.
  package func deleteObjects(
    _ requests: [DeleteObjectRequest]
  ) async -> [Result<DeleteObjectResult, ObjectError>] {
    await withTaskGroup(of: (Int, Result<DeleteObjectResult, ObjectError>).self) { group in
      var results = [Result<DeleteObjectResult, ObjectError>](
        repeating: .failure(.conflict), count: requests.count)
      var next = 0
      while next < min(requests.count, limits.concurrentDeletes) {
        let index = next
        group.addTask { (index, await self.attemptDelete(requests[index])) }
        next += 1
      }
      while let (index, result) = await group.next() {
        results[index] = result
        guard next < requests.count else { continue }
        let following = next
        group.addTask { (following, await self.attemptDelete(requests[following])) }
        next += 1
      }
      return results
    }
  }

  private func attemptDelete(
    _ request: DeleteObjectRequest
  ) async -> Result<DeleteObjectResult, ObjectError> {
    do throws(ObjectError) {
      return .success(try await deleteObject(request))
    } catch {
      return .failure(error.naming(request.bucket, request.key))
    }
  }
}
