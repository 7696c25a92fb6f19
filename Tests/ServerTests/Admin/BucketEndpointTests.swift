import HTTP
import Objects
import Primitives
import Testing

@testable import Server

@Suite struct BucketEndpointTests {
  @Test func bucketsAreShown() async throws {
    try await TestAdmin.run { admin in
      try await admin.makeBucket("data")
      try await admin.makeBucket("plain", isVersioned: false)
      try await admin.put("data", "a", "one")
      try await admin.put("data", "a", "three")
      let list = await admin.send(.get, "/v1/buckets")
      #expect(list.column("buckets", "name") == ["data", "plain"])
      #expect(list.column("buckets", "versioning") == ["enabled", "unversioned"])
      #expect(list.column("deleted", "name") == [])
      let data = await admin.send(.get, "/v1/buckets/data")
      #expect(data.number("objects") == 1 && data.number("bytes") == 5)
      #expect(data.number("noncurrent_versions") == 1 && data.number("noncurrent_bytes") == 3)
      #expect(data.flag("object_lock") == false && data.number("recovery_window_seconds") == 0)
      #expect(data.text("earliest_restorable") != nil && data.text("latest_restorable") != nil)
      #expect(await admin.send(.get, "/v1/buckets/plain").text("earliest_restorable") == nil)
      let pages = await admin.send(.get, "/v1/buckets?after=data")
      #expect(pages.column("buckets", "name") == ["plain"] && pages.text("deleted") == nil)
    }
  }

  @Test func versioningIsSet() async throws {
    try await TestAdmin.run { admin in
      try await admin.makeBucket("data", isVersioned: false)
      for state in ["enabled", "suspended", "enabled"] {
        let answer = await admin.send(.put, "/v1/buckets/data/versioning", "{\"state\":\"\(state)\"}")
        #expect(answer.status == 200 && answer.text("versioning") == state)
      }
      for body in ["", "{}", "{\"state\":\"unversioned\"}"] {
        #expect(await admin.send(.put, "/v1/buckets/data/versioning", body).status == 400)
      }
      let locked = try await admin.onRing { (store) async throws(ObjectError) in
        try await store.setObjectLock(ObjectLockConfiguration(), of: try store.bucket(named: "data"))
      }
      #expect(locked.settings.objectLock != nil)
      let answer = await admin.send(.put, "/v1/buckets/data/versioning", "{\"state\":\"suspended\"}")
      #expect(answer.status == 409 && answer.message.contains("Object Lock"))
    }
  }

  /// What is overwritten without versioning is kept for the window, and counted.
  @Test func theRecoveryWindowIsSet() async throws {
    try await TestAdmin.run { admin in
      try await admin.makeBucket("data", isVersioned: false)
      let set = await admin.send(.put, "/v1/buckets/data/recovery-window", "{\"seconds\":604800}")
      #expect(set.number("recovery_window_seconds") == 604_800 && set.text("earliest_restorable") != nil)
      try await admin.put("data", "a", "one")
      try await admin.put("data", "a", "three")
      let kept = await admin.send(.get, "/v1/buckets/data")
      #expect(kept.number("kept_versions") == 1 && kept.number("kept_bytes") == 3)
      for body in ["{}", "{\"seconds\":-1}", "{\"seconds\":1000000000000}"] {
        #expect(await admin.send(.put, "/v1/buckets/data/recovery-window", body).status == 400)
      }
    }
  }

  @Test func deletedBucketsComeBack() async throws {
    try await TestAdmin.run { admin in
      for _ in 0..<2 {
        try await admin.makeBucket("data", isVersioned: false)
        #expect(
          await admin.send(.put, "/v1/buckets/data/recovery-window", "{\"seconds\":86400}").status == 200)
        try await admin.put("data", "a", "one")
        try await admin.delete("data", "a")
        try await admin.onRing { (store) async throws(ObjectError) in
          try await store.deleteBucket(try store.bucket(named: "data"))
        }
      }
      #expect(await admin.send(.get, "/v1/buckets/data").status == 404)
      let list = await admin.send(.get, "/v1/buckets")
      #expect(list.column("deleted", "name") == ["data", "data"])
      let ids = list.column("deleted", "id")
      let unclear = await admin.send(.post, "/v1/buckets/data/undelete")
      #expect(unclear.status == 409 && ids.allSatisfy { unclear.message.contains($0) })
      let first = try #require(ids.first)
      let back = await admin.send(.post, "/v1/buckets/data/undelete", "{\"id\":\"\(first)\"}")
      #expect(back.status == 200 && back.text("id") == first && back.number("kept_versions") == 1)
      let other = try #require(ids.last)
      let taken = await admin.send(.post, "/v1/buckets/data/undelete", "{\"id\":\"\(other)\"}")
      #expect(taken.status == 409 && taken.message.contains("has the name"))
      #expect(await admin.send(.post, "/v1/buckets/other/undelete").status == 404)
    }
  }

  @Test func whatIsNotThereIsSaid() async throws {
    try await TestAdmin.run { admin in
      let missing = await admin.send(.get, "/v1/buckets/none")
      #expect(missing.status == 404 && missing.message.contains("weir bucket list"))
      try await admin.makeBucket("data")
      #expect(await admin.send(.get, "/v1/buckets/data/nothing").status == 404)
      #expect(await admin.send(.get, "/v1/buckets/data/versioning").status == 405)
      #expect(await admin.send(.delete, "/v1/buckets/data").status == 405)
      #expect(await admin.send(.post, "/v1/buckets").status == 405)
      #expect(await admin.send(.get, "/v1/buckets/data/versioning/more").status == 405)
      #expect(await admin.send(.get, "/v1/buckets/%zz").status == 400)
    }
  }
}
