import Metadata
package import Primitives
import Ring
import Volumes

extension ObjectStore {
  /// Makes an object longer, or makes one that can be: durable when it returns. On any error it is what it was. Throws
  /// `.positionNotEqualToLength`, `.objectNotAppendable`, `.locked`, `.entityTooLarge` and what a body can fail with.
  package func appendObject(
    _ request: AppendObjectRequest, body: any ObjectBody
  ) async throws(ObjectError) -> AppendObjectResult {
    let bucket = try buckets.entry(request.bucket)
    // Only to spare the body: the commit judges again.
    let present = try await appendable(request, adding: body.length ?? 0)
    let payload = try await receive(
      body,
      PayloadTerms(
        bucket: request.bucket, key: request.key,
        storageClass: present?.info.storageClass ?? request.storageClass, contentMD5: request.contentMD5,
        algorithm: .crc64ecma))
    do throws(ObjectError) {
      for _ in 0..<limits.attempts {
        let object = try await appendable(request, adding: payload.size)
        let plan = try await plan(request, payload, behind: object)
        let commit = AppendCommit(
          bucket: bucket, request: request, payload: payload, plan: plan, limits: limits)
        if let result = try await perform(commit) { return result }
      }
      throw .conflict
    } catch {
      giveBack(payload.extents, after: error)
      throw error
    }
  }

  /// Nil: the object was changed meanwhile, and what the plan has written is given back.
  private func perform(_ commit: AppendCommit) async throws(ObjectError) -> AppendObjectResult? {
    let plan = commit.plan
    let done: AppendCommit.Done?
    do throws(ObjectError) {
      try await warm(ReferenceOrigins.rowKeys(plan.dropped))
      done = try await metadata.update(
        .key(bucket: commit.bucket.id, key: commit.request.key.bytes)
      ) { (transaction) throws(ObjectError) in try commit.perform(transaction) }
    } catch {
      giveBack(Pieces.extents(plan.rewritten), after: error)
      throw error
    }
    guard let done else {
      volumes.markDead(Pieces.extents(plan.rewritten))
      return nil
    }
    CrashPoint.objectCommitted.reach()
    volumes.markDead(Pieces.extents(plan.wasted))
    await settle(done.aftermath)
    return done.result
  }

  /// The object to append to; nil when there is none. Throws what forbids it.
  private func appendable(
    _ request: AppendObjectRequest, adding added: UInt64
  ) async throws(ObjectError) -> OpenObject? {
    let object: OpenObject?
    do throws(ObjectError) {
      object = try await openObject(bucket: request.bucket, key: request.key, follows: false)
    } catch .noSuchKey {
      object = nil
    } catch .deleteMarker {
      object = nil
    } catch {
      throw error
    }
    guard let object else {
      guard request.position == 0 else { throw .positionNotEqualToLength(next: 0) }
      return nil
    }
    let info = object.info
    try AppendCommit.check(
      info.kind, sealed: info.sealed, size: info.size, request.key, request.position)
    let (size, overflow) = info.size.addingReportingOverflow(added)
    guard !overflow, size <= limits.largestAppendable else {
      throw .entityTooLarge(proposed: size, maximum: limits.largestAppendable)
    }
    return object
  }

  /// Ends appending to an object, which must have the length `position`. Sealing again changes nothing. Throws
  /// `.noSuchKey`, `.deleteMarker`, `.objectNotAppendable`, `.positionNotEqualToLength`.
  ///
  /// - Returns: when it was sealed first.
  package func sealObject(
    bucket: BucketInfo, key: ObjectKey, position: UInt64
  ) async throws(ObjectError) -> Timestamp {
    let now = Timestamp.now()
    let sealed = Locked<Timestamp>(now)
    try await rewrite(bucket, key, nil) { (record, _, _) throws(ObjectError) in
      guard record.row.kind == .appendable else { throw .objectNotAppendable(key) }
      guard record.row.size == position else { throw .positionNotEqualToLength(next: record.row.size) }
      var progress = record.appending ?? AppendProgress()
      let since = progress.sealed ?? now
      progress.sealed = since
      record.appending = progress
      sealed.withLock { $0 = since }
    }
    return sealed.withLock { $0 }
  }
}
