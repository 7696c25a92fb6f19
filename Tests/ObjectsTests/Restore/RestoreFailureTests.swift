import Metadata
import Primitives
import Testing

@testable import Objects

/// A key that cannot be restored keeps no other from it.
@Suite struct RestoreFailureTests {
  /// Five keys with an old version and a new one each; some of it is then damaged.
  private struct Past {
    let bucket: BucketInfo
    let moment: Moment
    let old: [String: PutObjectResult]

    init(_ store: TestStore) async throws {
      bucket = try await store.versionedBucket()
      var old: [String: PutObjectResult] = [:]
      for name in ["a", "b", "c", "d", "e"] { old[name] = try await store.put(bucket, name, [1]) }
      self.old = old
      _ = try await manyParts(store, bucket, "parts", 60)
      moment = Moment(try await store.put(bucket, "z", [1]).version)
    }

    func overwrite(_ store: TestStore) async throws {
      for name in ["a", "b", "c", "d", "e", "parts"] { try await store.put(bucket, name, [2]) }
    }
  }

  private func write(_ store: TestStore, _ key: [UInt8], _ value: [UInt8]?) async throws {
    try await store.metadata.update(.system) { (transaction) throws(ObjectError) in
      if let value { transaction.put(key, value) } else { transaction.delete(key) }
    }
  }

  private func failures(_ store: TestStore, _ job: RestoreJob) async throws -> [String: String] {
    let page = try await store.objects.restoreChanges(id: job.id, limit: 1_000)
    let failed = page.changes.filter { $0.action == .fail }
    #expect(page.changes.allSatisfy { $0.reason.isEmpty == ($0.action != .fail) })
    return Dictionary(uniqueKeysWithValues: failed.map { ($0.key.string, $0.reason) })
  }

  @Test(arguments: [false, true]) func damagedRecordsAreLeftAlone(_ isDryRun: Bool) async throws {
    try await TestStore.with(limits: .small) { store in
      let past = try await Past(store)
      try await past.overwrite(store)
      let id = past.bucket.id
      let versionOfB = try #require(past.old["b"]).version.rawValue
      let name = Array("b".utf8)
      let b = ObjectTables.version(id, name, versionOfB)
      // Too short for a date; and a record that is none.
      try await write(store, b, [0, 1, 2])
      try await write(store, ObjectTables.object(id, Array("d".utf8)), [9, 9, 9])
      let rows = try await store.metadata.read { (reader) throws(ObjectError) in
        let prefix = ObjectTables.bucketPrefix(ObjectTables.manifests, id)
        return try ObjectStore.rows(reader, from: prefix, prefix: prefix, limit: 100)
      }
      try await write(store, try #require(rows.last).key, nil)

      let job = try await store.restore(.restore(asOf: past.moment), past.bucket) { $0.isDryRun = isDryRun }
      #expect(job.state == .done && job.failed.keys == 3 && job.replaced.keys == 3 && job.examined == 6)
      let failed = try await failures(store, job)
      #expect(failed.keys.sorted() == ["b", "d", "parts"])
      #expect(failed["parts"]?.contains("manifest row is missing") == true)
      let stored = try await store.objects.restoreJob(id: job.id)
      #expect(stored == job)
      for name in ["a", "c", "e"] {
        let now = try await store.get(past.bucket, name)
        #expect(now == [isDryRun ? 2 : 1], "\(name)")
      }
      let parts = try await store.get(past.bucket, "parts")
      #expect(parts == [2])
    }
  }

  /// The list of what was there must survive it too.
  @Test func anotherBucketIsGivenTheRest() async throws {
    try await TestStore.with(limits: .small) { store in
      let past = try await Past(store)
      let other = try await store.versionedBucket("other")
      try await store.put(past.bucket, "e", [2])
      let id = past.bucket.id
      try await write(store, ObjectTables.object(id, Array("b".utf8)), [9, 9, 9])
      let versionOfE = try #require(past.old["e"]).version.rawValue
      try await write(store, ObjectTables.version(id, Array("e".utf8), versionOfE), [1])
      let job = try await store.restore(.restore(asOf: past.moment), past.bucket) { $0.target = other }
      #expect(job.state == .done && job.failed.keys == 2 && job.created.keys == 5)
      let contents = try await store.contents(other)
      #expect(contents.keys.sorted() == ["a", "c", "d", "parts", "z"])
    }
  }

  /// Versioning that is suspended in a bucket with Object Lock, as it cannot be: a restore would replace what is locked.
  @Test func whatIsLockedStays() async throws {
    try await TestStore.with(limits: .small) { store in
      var bucket = try await store.versionedBucket()
      for name in ["a", "b", "c"] { try await store.put(bucket, name, [1]) }
      let moment = Moment(try await store.put(bucket, "z", [1]).version)
      bucket = try await store.objects.change(bucket) { (settings) throws(ObjectError) in
        settings.objectLock = ObjectLockConfiguration()
        settings.versioning = .suspended
      }
      for name in ["a", "b", "c"] { try await store.put(bucket, name, [2]) }
      try await store.objects.setLegalHold(true, bucket: bucket, key: key("b"))
      let job = try await store.restore(.restore(asOf: moment), bucket)
      #expect(job.state == .done && job.failed.keys == 1 && job.replaced.keys == 2)
      #expect(try await failures(store, job)["b"]?.contains("Object Lock") == true)
      #expect(try await store.contents(bucket) == ["a": [1], "b": [2], "c": [1], "z": [1]])
      try await expectSound(store, "one is locked")
    }
  }

  /// What is no single key's matter ends the step.
  @Test func aDamagedBucketStopsIt() async throws {
    try await TestStore.with(limits: .small) { store in
      let past = try await Past(store)
      try await past.overwrite(store)
      var job = try await store.objects.beginRestore(
        RestoreRequest(.restore(asOf: past.moment), bucket: past.bucket))
      job = try await store.objects.stepRestore(job)
      try await write(store, ObjectTables.bucket("bucket"), [9])
      // As while the bucket is being changed: commits look at its row.
      store.objects.buckets.entry(id: past.bucket.id)?.expectChange()
      await expectError({ $0.isDamage }) { [job] in _ = try await store.objects.stepRestore(job) }
      #expect(try await store.objects.restoreJob(id: job.id).examined == 0)
    }
  }

  @Test func recordsOfBeforeAreRead() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.versionedBucket()
      let moment = Moment(try await store.put(bucket, "k", [1]).version)
      try await store.put(bucket, "k", [2])
      let job = try await store.restore(.restore(asOf: moment), bucket)
      // No failed ones in front of the position; no reason at the end.
      var value = RestoreJobRecord.encode(job)
      value[0] = 1
      let tail = 1 + job.position.count
      value.removeSubrange((value.count - tail - 2)..<(value.count - tail))
      #expect(try RestoreJobRecord.decode(id: job.id, value) == job)
      let change = try #require(try await store.objects.restoreChanges(id: job.id, limit: 1).changes.first)
      var row = RestoreChangeRecord.encode(change)
      row[0] = 1
      row.removeLast()
      #expect(try RestoreChangeRecord.decode(key: Array("k".utf8), row) == change)
    }
  }
}
