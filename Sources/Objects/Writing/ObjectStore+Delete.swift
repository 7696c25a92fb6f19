import Metadata
import Primitives

extension ObjectStore {
  /// Deletes an object: in a versioned bucket by a delete marker, unless a version is named, which goes for good.
  /// Something absent is no error unless a condition is given. Throws `.locked`.
  package func deleteObject(
    _ request: DeleteObjectRequest
  ) async throws(ObjectError) -> DeleteObjectResult {
    let bucket = try buckets.entry(request.bucket)
    if let version = request.version { return try await delete(version, request, bucket) }
    let key = request.key
    let conditions = WriteConditions(ifMatch: request.ifMatch)
    let (done, aftermath) = try await metadata.update(
      .key(bucket: bucket.id, key: key.bytes), for: .free
    ) { (transaction) throws(ObjectError) in
      var versions = try KeyVersions(bucket, key, transaction)
      var book = CommitBook(transaction)
      let old = try versions.object()
      try conditions.check(old?.row.etag, key: key)
      let done = try versions.delete(old, &book)
      return (done, book.aftermath)
    }
    await settle(aftermath)
    let label = done ?? nil
    return DeleteObjectResult(existed: done != nil, label: label, isDeleteMarker: label != nil)
  }

  /// Deletes one version for good.
  private func delete(
    _ version: VersionLabel, _ request: DeleteObjectRequest, _ bucket: BucketEntry
  ) async throws(ObjectError) -> DeleteObjectResult {
    let key = request.key
    let bypasses = request.bypassesGovernance
    let conditions = WriteConditions(ifMatch: request.ifMatch)
    for _ in 0..<limits.attempts {
      let survey = try await metadata.read { (reader) throws(ObjectError) in
        try VersionSurvey(reader, bucket: bucket.id, key: key)
      }
      let (removal, aftermath) = try await metadata.update(
        .key(bucket: bucket.id, key: key.bytes), for: .free
      ) { (transaction) throws(ObjectError) in
        var versions = try KeyVersions(bucket, key, transaction)
        var book = CommitBook(transaction)
        if !conditions.isEmpty { try conditions.check(try versions.object()?.row.etag, key: key) }
        let removal = try versions.remove(version, survey, bypassesGovernance: bypasses, &book)
        return (removal, book.aftermath)
      }
      await settle(aftermath)
      let label = bucket.info.isVersioned ? version : nil
      switch removal {
      case .outdated: continue
      case .absent: return DeleteObjectResult(existed: false, label: label, isDeleteMarker: false)
      case .removed(let isDeleteMarker):
        return DeleteObjectResult(existed: true, label: label, isDeleteMarker: isDeleteMarker)
      }
    }
    throw .conflict
  }

  /// Deletes many keys; the commits share syncs. One result for each request, in their order; those of one key are
  /// done one after another.
  package func deleteObjects(
    _ requests: [DeleteObjectRequest]
  ) async -> [Result<DeleteObjectResult, ObjectError>] {
    let turns = Self.turns(requests)
    return await withTaskGroup(of: [(Int, Result<DeleteObjectResult, ObjectError>)].self) { group in
      var results = [Result<DeleteObjectResult, ObjectError>](
        repeating: .failure(.conflict), count: requests.count)
      var waiting = turns[...]
      for turn in waiting.prefix(limits.concurrentDeletes) {
        group.addTask { await self.attemptDeletes(turn, of: requests) }
      }
      waiting = waiting.dropFirst(limits.concurrentDeletes)
      while let done = await group.next() {
        for (index, result) in done { results[index] = result }
        guard let turn = waiting.popFirst() else { continue }
        group.addTask { await self.attemptDeletes(turn, of: requests) }
      }
      return results
    }
  }

  /// The positions of requests by key, in the order of their first.
  private static func turns(_ requests: [DeleteObjectRequest]) -> [[Int]] {
    var turns: [[Int]] = []
    var places: [ObjectKey: Int] = [:]
    for (index, request) in requests.enumerated() {
      if let place = places[request.key] {
        turns[place].append(index)
      } else {
        places[request.key] = turns.count
        turns.append([index])
      }
    }
    return turns
  }

  private func attemptDeletes(
    _ turn: [Int], of requests: [DeleteObjectRequest]
  ) async -> [(Int, Result<DeleteObjectResult, ObjectError>)] {
    var results: [(Int, Result<DeleteObjectResult, ObjectError>)] = []
    for index in turn {
      let request = requests[index]
      do throws(ObjectError) {
        results.append((index, .success(try await deleteObject(request))))
      } catch {
        results.append((index, .failure(error.naming(request.bucket, request.key))))
      }
    }
    return results
  }
}
