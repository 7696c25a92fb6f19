import HTTP
import Objects
import Primitives
import Testing

@testable import Server

@Suite struct VersionEndpointTests {
  @Test func aKeysHistoryIsShown() async throws {
    try await TestAdmin.run { admin in
      try await admin.makeBucket("data")
      let one = try await admin.put("data", "dir/a b", "one")
      let two = try await admin.put("data", "dir/a b", "three")
      // Keys that go on behind it are others.
      try await admin.put("data", "dir/a b/c", "other")
      try await admin.put("data", "dir/a", "other")
      try await admin.delete("data", "dir/a b")
      let answer = await admin.send(.get, "/v1/buckets/data/versions?key=dir/a%20b")
      #expect(answer.column("versions", "kind") == ["delete-marker", "object", "object"])
      #expect(answer.column("versions", "version_id").dropFirst() == [two.text, one.text])
      #expect(answer.column("versions", "time").dropFirst().first == Moment(two).time.iso8601)
      #expect(answer.text("key") == "dir/a b" && answer.text("next") == nil)
      let first = await admin.send(.get, "/v1/buckets/data/versions?key=dir/a%20b&limit=2")
      let next = try #require(first.text("next"))
      #expect(next == two.text)
      let second = await admin.send(.get, "/v1/buckets/data/versions?key=dir/a%20b&limit=2&after=\(next)")
      #expect(second.column("versions", "version_id") == [one.text] && second.text("next") == nil)
      #expect(await admin.send(.get, "/v1/buckets/data/versions?key=dir").status == 404)
      #expect(await admin.send(.get, "/v1/buckets/data/versions").status == 400)
      #expect(await admin.send(.get, "/v1/buckets/data/versions?key=dir/a&limit=x").status == 400)
    }
  }

  /// What a recovery window keeps of a key without versioning, in pages; and it comes back by its id.
  @Test func whatIsKept() async throws {
    try await TestAdmin.run { admin in
      try await admin.makeBucket("plain", isVersioned: false)
      _ = await admin.send(.put, "/v1/buckets/plain/recovery-window", "{\"seconds\":3600}")
      var ids: [String] = []
      for body in ["one", "two", "three"] { ids.append(try await admin.put("plain", "k", body).text) }
      try await admin.put("plain", "k2", "other")
      try await admin.delete("plain", "k2")
      try await admin.delete("plain", "k")
      let target = "/v1/buckets/plain/kept?key=k"
      let all = await admin.send(.get, target)
      #expect(all.column("kept", "version_id") == ids.reversed() && all.text("next") == nil)
      #expect(all.column("kept", "kind") == ["object", "object", "object"])
      #expect(all.column("kept", "removed").allSatisfy { !$0.isEmpty })
      let first = await admin.send(.get, target + "&limit=2")
      let next = try #require(first.text("next"))
      let second = await admin.send(.get, target + "&limit=2&after=\(next)")
      #expect(first.column("kept", "version_id") + second.column("kept", "version_id") == ids.reversed())
      let none = await admin.send(.get, "/v1/buckets/plain/versions?key=k")
      #expect(none.status == 200 && none.column("versions", "kind").isEmpty)
      #expect(await admin.send(.get, "/v1/buckets/plain/versions?key=none").status == 404)
      #expect(await admin.send(.get, target + "&after=x").status == 400)
      let body = "{\"key\":\"k\",\"version\":\"\(ids[1])\"}"
      let made = await admin.send(.post, "/v1/buckets/plain/revert", body)
      #expect(made.status == 200 && made.number("size") == 3)
      #expect(try await admin.keys("plain") == ["k"])
    }
  }

  @Test func aVersionIsMadeCurrentAgain() async throws {
    try await TestAdmin.run { admin in
      try await admin.makeBucket("data")
      let one = try await admin.put("data", "a", "one")
      try await admin.put("data", "a", "three")
      let body = "{\"key\":\"a\",\"version\":\"\(one.text)\"}"
      let done = await admin.send(.post, "/v1/buckets/data/revert", body)
      #expect(done.status == 200 && done.flag("unchanged") == false && done.number("size") == 3)
      let made = try #require(done.text("version_id"))
      #expect(made != one.text)
      let history = await admin.send(.get, "/v1/buckets/data/versions?key=a")
      #expect(history.column("versions", "version_id").first == made)
      let etags = history.column("versions", "etag")
      #expect(etags.count == 3 && etags.first == etags.last)
      let again = await admin.send(
        .post, "/v1/buckets/data/revert", "{\"key\":\"a\",\"version\":\"\(made)\"}")
      #expect(again.flag("unchanged") == true && again.text("version_id") == made)
      // What it already is needs no version.
      #expect(await admin.send(.post, "/v1/buckets/data/revert", body).flag("unchanged") == true)
      // A key that was deleted comes back too.
      try await admin.delete("data", "a")
      #expect(await admin.send(.post, "/v1/buckets/data/revert", body).flag("unchanged") == false)
      #expect(try await admin.keys("data") == ["a"])
    }
  }

  /// Without versioning too, where no version has a name.
  @Test func anObjectIsMadeWhatItWas() async throws {
    try await TestAdmin.run { admin in
      try await admin.makeBucket("data", isVersioned: false)
      #expect(await admin.send(.put, "/v1/buckets/data/recovery-window", "{\"seconds\":60}").status == 200)
      let then = try await admin.put("data", "a", "one")
      try await admin.put("data", "a/b", "other")
      try await admin.put("data", "a", "three")
      let body = "{\"key\":\"a\",\"as_of\":\"\(then.text)\"}"
      let done = await admin.send(.post, "/v1/buckets/data/revert", body)
      #expect(done.flag("unchanged") == false && done.number("size") == 3)
      #expect(done.text("version_id") == "null")
      #expect(try await admin.keys("data") == ["a", "a/b"])
      let both = "{\"key\":\"a\",\"as_of\":\"\(then.text)\",\"version\":\"null\"}"
      #expect(await admin.send(.post, "/v1/buckets/data/revert", both).status == 400)
      let before = "{\"key\":\"a/b\",\"as_of\":\"\(then.text)\"}"
      #expect(await admin.send(.post, "/v1/buckets/data/revert", before).status == 404)
    }
  }

  @Test func whatCannotBeMadeCurrentIsSaid() async throws {
    try await TestAdmin.run { admin in
      try await admin.makeBucket("data")
      try await admin.put("data", "a", "one")
      try await admin.delete("data", "a")
      let history = await admin.send(.get, "/v1/buckets/data/versions?key=a")
      let marker = try #require(history.column("versions", "version_id").first)
      let refused = await admin.send(
        .post, "/v1/buckets/data/revert", "{\"key\":\"a\",\"version\":\"\(marker)\"}")
      #expect(refused.status == 409 && refused.message.contains("delete marker"))
      let missing = await admin.send(
        .post, "/v1/buckets/data/revert", "{\"key\":\"a\",\"version\":\"0123456789abcdef\"}")
      #expect(missing.status == 404 && missing.message.contains("weir versions"))
      for body in ["{}", "{\"key\":\"a\",\"version\":\"?\"}", "{\"key\":\"\",\"version\":\"null\"}"] {
        #expect(await admin.send(.post, "/v1/buckets/data/revert", body).status == 400)
      }
      #expect(await admin.send(.get, "/v1/buckets/data/revert").status == 405)
    }
  }
}
