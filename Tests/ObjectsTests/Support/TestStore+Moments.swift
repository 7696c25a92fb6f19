import Metadata
import Primitives

@testable import Objects

extension TestStore {
  /// A bucket with versioning.
  func versionedBucket(_ name: String = "bucket") async throws -> BucketInfo {
    try await objects.setVersioning(.enabled, of: bucket(name))
  }

  /// Every key of a bucket with its bytes, as of a moment.
  func contents(
    _ bucket: BucketInfo, asOf: Moment? = nil, prefix: String = ""
  ) async throws -> [String: [UInt8]] {
    var request = ListObjectsRequest(bucket: bucket)
    request.asOf = asOf
    request.prefix = Array(prefix.utf8)
    var found: [String: [UInt8]] = [:]
    while true {
      let page = try await objects.listObjects(request)
      for entry in page.entries {
        let key = ObjectKey(stored: Array(page.key(entry)))
        let object = try await objects.openObject(bucket: bucket, key: key, asOf: asOf)
        found[key.string] = try await read(object)
      }
      guard page.isTruncated, let next = page.next else { return found }
      request.after = next
    }
  }

  /// Begins a restore and does all of it.
  @discardableResult
  func restore(
    _ kind: RestoreRequest.Kind, _ bucket: BucketInfo, _ change: (inout RestoreRequest) -> Void = { _ in }
  ) async throws -> RestoreJob {
    var request = RestoreRequest(kind, bucket: bucket)
    change(&request)
    return try await run(try await objects.beginRestore(request))
  }

  /// Does what is left of a restore.
  func run(_ job: RestoreJob) async throws -> RestoreJob {
    var job = job
    while !job.isOver { job = try await objects.stepRestore(job) }
    return job
  }

  /// What a restore has done with each of its keys.
  func changes(_ job: RestoreJob) async throws -> [String: RestoreChange.Action] {
    var found: [String: RestoreChange.Action] = [:]
    var after: [UInt8]?
    repeat {
      let page = try await objects.restoreChanges(id: job.id, after: after, limit: 3)
      for change in page.changes { found[change.key.string] = change.action }
      after = page.next
    } while after != nil
    return found
  }

  /// Lets go of everything whose time is over at `now`. Returns how many versions that were.
  func purge(_ bucket: BucketInfo, now: Timestamp = Timestamp.now()) async throws -> Int {
    var versions = 0
    while true {
      let step = try await objects.purge(bucket.id, now: now)
      versions += step.versions
      if !step.hasMore { return versions }
    }
  }

  /// The commits of which a bucket's index of changes has rows, one for each row.
  func changes(of bucket: BucketInfo) async throws -> [UInt64] {
    try await metadata.read { (reader) throws(ObjectError) in
      let prefix = ObjectTables.bucketPrefix(ObjectTables.changes, bucket.id)
      return try ObjectStore.rows(reader, from: prefix, prefix: prefix, limit: .max)
        .map { ChangeRecord.timestamp($0.key) }
    }
  }

  func history(of bucket: BucketInfo) async throws -> BucketHistory {
    try await metadata.read { (reader) throws(ObjectError) in try BucketHistory.find(bucket.id, reader) }
  }
}
