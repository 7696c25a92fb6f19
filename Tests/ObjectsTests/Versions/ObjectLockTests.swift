import Metadata
import Primitives
import Testing

@testable import Objects

@Suite struct ObjectLockTests {
  @Test func whatIsLockedCannotBeDeletedForGood() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.objects.setObjectLock(
        ObjectLockConfiguration(), of: store.versionedBucket())
      let later = Timestamp(milliseconds: Timestamp.now().milliseconds + 60_000)
      for (mode, isBypassed) in [(RetentionMode.governance, true), (.compliance, false)] {
        let label = try #require(try await store.put(bucket, "k", [1]).label)
        try await store.objects.setRetention(
          Retention(mode: mode, until: later), bucket: bucket, key: key("k"), version: label)
        try await store.delete(bucket, "k")
        var request = DeleteObjectRequest(bucket: bucket, key: try key("k"), version: label)
        await expectLocked(store, request)
        request.bypassesGovernance = true
        if isBypassed {
          #expect(try await store.objects.deleteObject(request).existed)
        } else {
          await expectLocked(store, request)
        }
      }
    }
  }

  @Test func aLegalHoldHoldsAgainstEverybody() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.objects.setObjectLock(
        ObjectLockConfiguration(), of: store.versionedBucket())
      let label = try #require(try await store.put(bucket, "k", [1]).label)
      try await store.objects.setLegalHold(true, bucket: bucket, key: key("k"))
      var request = DeleteObjectRequest(bucket: bucket, key: try key("k"), version: label)
      request.bypassesGovernance = true
      await expectLocked(store, request)
      try await store.objects.setLegalHold(false, bucket: bucket, key: key("k"))
      #expect(try await store.objects.deleteObject(request).existed)
    }
  }

  /// A check that sets things right leaves what is held alone, and held.
  @Test func aRepairTakesNothingThatIsHeld() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.objects.setObjectLock(
        ObjectLockConfiguration(), of: store.versionedBucket())
      let later = Timestamp(milliseconds: Timestamp.now().milliseconds + 60_000)
      let bytes = patternBytes(90_000)
      let old = try #require(try await store.put(bucket, "k", bytes).label)
      try await store.objects.setRetention(
        Retention(mode: .compliance, until: later), bucket: bucket, key: key("k"), version: old)
      let new = try #require(try await store.put(bucket, "k", [1]).label)
      try await store.objects.setLegalHold(true, bucket: bucket, key: key("k"))
      let part = RecordSamples.partInline.encode()
      try await store.metadata.update(.system) { (transaction) throws(ObjectError) in
        transaction.addCounter(ObjectTables.bucketCounter(bucket.id, ObjectTables.noncurrentCount), -1)
        transaction.put(ObjectTables.partPrefix(bucket.id, UploadID(created: 1, random: 7)) + [0, 1], part)
      }
      #expect(try await store.check(repairs: true).repaired == 2)
      #expect(try await store.check().problemCount == 0)
      for label in [old, new] {
        var request = DeleteObjectRequest(bucket: bucket, key: try key("k"), version: label)
        request.bypassesGovernance = true
        await expectLocked(store, request)
      }
      let object = try await store.objects.openObject(bucket: bucket, key: try key("k"), version: old)
      #expect(try await store.read(object) == bytes)
    }
  }

  private func expectLocked(_ store: TestStore, _ request: DeleteObjectRequest) async {
    await expectError({ if case .locked = $0 { true } else { false } }) {
      _ = try await store.objects.deleteObject(request)
    }
  }

  @Test func theDefaultIsCountedFromTheWrite() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.objects.setObjectLock(
        ObjectLockConfiguration(defaultRetention: .init(mode: .governance, period: .days(2))),
        of: store.versionedBucket())
      try await store.put(bucket, "k", [1])
      let info = try await store.info(bucket, "k")
      let retention = try #require(info.retention)
      let days = Double(retention.until.milliseconds - info.lastModified.milliseconds) / 86_400_000
      #expect(retention.mode == .governance && abs(days - 2) < 0.001)
    }
  }

  @Test func retentionChangesAsTheMatrixSays() {
    let (early, late) = (Timestamp(milliseconds: 1_000), Timestamp(milliseconds: 2_000))
    func governance(_ until: Timestamp) -> Retention { Retention(mode: .governance, until: until) }
    func compliance(_ until: Timestamp) -> Retention { Retention(mode: .compliance, until: until) }
    #expect(governance(early).permits(governance(late), bypassesGovernance: false))
    #expect(governance(early).permits(governance(early), bypassesGovernance: false))
    #expect(!governance(late).permits(governance(early), bypassesGovernance: false))
    #expect(!governance(late).permits(nil, bypassesGovernance: false))
    #expect(!governance(late).permits(compliance(late), bypassesGovernance: false))
    for new in [governance(early), compliance(late), nil] {
      #expect(governance(late).permits(new, bypassesGovernance: true))
    }
    #expect(compliance(early).permits(compliance(late), bypassesGovernance: false))
    #expect(compliance(early).permits(compliance(early), bypassesGovernance: true))
    for new in [compliance(early), governance(late), nil] {
      #expect(!compliance(late).permits(new, bypassesGovernance: true))
    }
  }

  @Test func versioningStaysOn() async throws {
    try await TestStore.with { store in
      let plain = try await store.bucket()
      await expectError({ if case .invalidBucketState(.versioningNotEnabled) = $0 { true } else { false } }) {
        _ = try await store.objects.setObjectLock(ObjectLockConfiguration(), of: plain)
      }
      let bucket = try await store.objects.setObjectLock(
        ObjectLockConfiguration(), of: try await store.objects.setVersioning(.enabled, of: plain))
      await expectError(
        { if case .invalidBucketState(.objectLockForbidsSuspension) = $0 { true } else { false } }
      ) {
        _ = try await store.objects.setVersioning(.suspended, of: bucket)
      }
    }
  }
}
