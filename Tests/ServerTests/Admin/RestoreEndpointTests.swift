import HTTP
import Objects
import Primitives
import Testing

@testable import Server

@Suite struct RestoreEndpointTests {
  /// A bucket that was changed since the moment that is given back.
  private static func prepare(_ admin: TestAdmin) async throws -> String {
    try await admin.makeBucket("data")
    try await admin.put("data", "a/deleted", "one")
    let last = try await admin.put("data", "a/overwritten", "three")
    try await admin.delete("data", "a/deleted")
    try await admin.put("data", "a/overwritten", "")
    try await admin.put("data", "b/new", "four")
    return last.text
  }

  @Test func aBucketIsRestored() async throws {
    try await TestAdmin.run { admin in
      let then = try await Self.prepare(admin)
      let dry = try await admin.restore("{\"bucket\":\"data\",\"as_of\":\"\(then)\",\"dry_run\":true}")
      #expect(dry.text("state") == "done" && dry.flag("dry_run") == true)
      #expect([dry.keys("created"), dry.keys("replaced"), dry.keys("deleted")] == [1, 1, 1])
      #expect(try await admin.keys("data") == ["a/overwritten", "b/new"])
      let job = try await admin.restore("{\"bucket\":\"data\",\"as_of\":\"\(then)\",\"rate\":1000}")
      #expect(job.text("state") == "done" && job.number("rate") == 1000 && job.text("finished") != nil)
      #expect(try await admin.keys("data") == ["a/deleted", "a/overwritten"])
      let id = try #require(job.text("id"))
      let changes = await admin.send(.get, "/v1/restores/\(id)/changes")
      #expect(changes.column("changes", "key") == ["a/deleted", "a/overwritten", "b/new"])
      #expect(changes.column("changes", "action") == ["create", "replace", "delete"])
      #expect(job.flag("can_undo") == true && dry.flag("can_undo") == nil && job.text("kept_until") == nil)
      // Back to the moment before it: its id.
      let undo = try await admin.restore("{\"bucket\":\"data\",\"as_of\":\"\(id)\"}")
      #expect([undo.keys("created"), undo.keys("replaced"), undo.keys("deleted")] == [1, 1, 1])
      #expect(try await admin.keys("data") == ["a/overwritten", "b/new"])
      let list = await admin.send(.get, "/v1/restores")
      #expect(list.column("restores", "id") == [undo, job, dry].map { $0.text("id") ?? "" })
    }
  }

  /// A view's moment is named exactly, by its name and by its id.
  @Test(arguments: [false, true]) func aViewNamesAMoment(_ byID: Bool) async throws {
    try await TestAdmin.run { admin in
      try await admin.makeBucket("plain", isVersioned: false)
      try await admin.put("plain", "k", "one")
      let view = await admin.send(.post, "/v1/views", "{\"name\":\"then\",\"bucket\":\"plain\"}")
      let moment = try #require(view.text("moment"))
      // Of no other moment of that millisecond is everything kept.
      try await admin.delete("plain", "k")
      let asOf = byID ? moment : "view:then"
      let job = try await admin.restore("{\"bucket\":\"plain\",\"as_of\":\"\(asOf)\"}")
      #expect(job.text("state") == "done" && job.keys("created") == 1)
      #expect(try await admin.keys("plain") == ["k"])
    }
  }

  /// A dry run, and a restore of another bucket, do not wait for one that takes minutes.
  @Test(.timeLimit(.minutes(1))) func allTakeTurns() async throws {
    try await TestAdmin.run { admin in
      let then = try await Self.prepare(admin)
      try await admin.makeBucket("slow")
      let early = try await admin.put("slow", "z", "").text
      for number in 0..<120 { try await admin.put("slow", "k\(number)", "x") }
      let slow = await admin.send(
        .post, "/v1/restores", "{\"bucket\":\"slow\",\"as_of\":\"\(early)\",\"rate\":1}")
      let id = try #require(slow.text("id"))
      for dry in [true, false] {
        let job = try await admin.restore("{\"bucket\":\"data\",\"as_of\":\"\(then)\",\"dry_run\":\(dry)}")
        #expect(job.text("state") == "done")
      }
      #expect(["planning", "running"].contains(await admin.send(.get, "/v1/restores/\(id)").text("state")))
      _ = await admin.send(.post, "/v1/restores/\(id)/cancel")
    }
  }

  @Test func changesComeInPages() async throws {
    try await TestAdmin.run { admin in
      try await admin.makeBucket("data")
      let then = try await admin.put("data", "z", "")
      for number in 0..<5 { try await admin.put("data", "k \(number)", "x") }
      let job = try await admin.restore("{\"bucket\":\"data\",\"as_of\":\"\(then.text)\",\"dry_run\":true}")
      let id = try #require(job.text("id"))
      var keys: [String] = []
      var query = "limit=2"
      while true {
        let page = await admin.send(.get, "/v1/restores/\(id)/changes?\(query)")
        #expect(page.column("changes", "key").count <= 2)
        keys += page.column("changes", "key")
        guard let next = page.text("next") else { break }
        query = "limit=2&after=\(PercentEncoding.uriEncode(next, keepSlash: false))"
      }
      #expect(keys == (0..<5).map { "k \($0)" })
    }
  }

  @Test func aPrefixAndAnotherBucket() async throws {
    try await TestAdmin.run { admin in
      let then = try await Self.prepare(admin)
      try await admin.makeBucket("other", isVersioned: false)
      let job = try await admin.restore(
        "{\"bucket\":\"data\",\"as_of\":\"\(then)\",\"prefix\":\"a/\",\"to\":\"other\"}")
      #expect(job.text("to") == "other" && job.text("prefix") == "a/" && job.keys("created") == 2)
      #expect(try await admin.keys("other") == ["a/deleted", "a/overwritten"])
      #expect(try await admin.keys("data") == ["a/overwritten", "b/new"])
    }
  }

  @Test func deleteMarkersAreTakenAway() async throws {
    try await TestAdmin.run { admin in
      let then = try await Self.prepare(admin)
      let job = try await admin.restore(
        "{\"bucket\":\"data\",\"undelete_since\":\"\(then)\",\"prefix\":\"a/\"}")
      #expect(job.text("kind") == "undelete" && job.keys("created") == 1)
      #expect(try await admin.keys("data") == ["a/deleted", "a/overwritten", "b/new"])
      try await admin.makeBucket("plain", isVersioned: false)
      let refused = await admin.send(
        .post, "/v1/restores", "{\"bucket\":\"plain\",\"undelete_since\":\"2001-01-01T00:00:00Z\"}")
      #expect(refused.status == 409 && refused.message.contains("no versioning"))
    }
  }

  @Test func jobsAreEndedAndForgotten() async throws {
    try await TestAdmin.run { admin in
      try await admin.makeBucket("data")
      let then = try await admin.put("data", "z", "")
      for number in 0..<300 { try await admin.put("data", "k\(number)", "x") }
      let begun = await admin.send(
        .post, "/v1/restores", "{\"bucket\":\"data\",\"as_of\":\"\(then.text)\",\"rate\":1}")
      let id = try #require(begun.text("id"))
      let early = await admin.send(.delete, "/v1/restores/\(id)")
      #expect(early.status == 409 && early.message.contains("weir restore cancel \(id)"))
      let ended = await admin.send(.post, "/v1/restores/\(id)/cancel")
      #expect(ended.status == 200 && ended.text("state") == "cancelled")
      #expect(await admin.send(.delete, "/v1/restores/\(id)").status == 200)
      #expect(await admin.send(.get, "/v1/restores/\(id)").status == 404)
      #expect(await admin.send(.get, "/v1/restores").column("restores", "id") == [])
    }
  }

  @Test func whatCannotBeRestoredIsSaid() async throws {
    try await TestAdmin.run { admin in
      try await admin.makeBucket("data")
      try await admin.makeBucket("plain", isVersioned: false)
      let time = "2001-01-01T00:00:00Z"
      for (members, status, part) in [
        ("\"bucket\":\"data\"", 400, "the body must be"),
        ("\"bucket\":\"data\",\"as_of\":\"\(time)\",\"undelete_since\":\"\(time)\"", 400, "the body must be"),
        ("\"bucket\":\"none\",\"as_of\":\"\(time)\"", 404, "no bucket none"),
        ("\"bucket\":\"data\",\"as_of\":\"\(time)\"", 409, "earliest moment"),
        ("\"bucket\":\"plain\",\"as_of\":\"\(time)\"", 409, "neither versioning nor a recovery window"),
        ("\"bucket\":\"data\",\"as_of\":\"2999-01-01T00:00:00Z\"", 400, "has not come yet"),
        ("\"bucket\":\"data\",\"as_of\":\"-1h\"", 400, "as_of"),
        ("\"bucket\":\"data\",\"as_of\":\"\(time)\",\"rate\":0", 400, "at least 1"),
        ("\"bucket\":\"data\",\"as_of\":\"\(time)\",\"to\":\"none\"", 404, "no bucket none"),
        ("\"bucket\":\"data\",\"as_of\":\"\(time)\",\"to\":\"data\"", 400, "another bucket"),
        ("\"bucket\":\"data\",\"as_of\":\"view:none\"", 404, "no view none"),
        ("\"bucket\":\"data\",\"undelete_since\":\"\(time)\",\"to\":\"plain\"", 400, "goes with"),
        ("\"bucket\":\"data\",\"as_of\":\"\(time)\",\"undelete_until\":\"\(time)\"", 400, "the body must be"),
        (
          "\"bucket\":\"data\",\"undelete_since\":\"2001-01-02T00:00:00Z\",\"undelete_until\":\"\(time)\"",
          400,
          "before it begins"
        ),
      ] {
        let answer = await admin.send(.post, "/v1/restores", "{\(members)}")
        #expect(answer.status == status && answer.message.contains(part), "\(members): \(answer.message)")
      }
      for target in ["none", "0123456789abcdef", "0123456789abcdef/changes"] {
        let answer = await admin.send(.get, "/v1/restores/\(target)")
        #expect(answer.status == 404 && answer.message.contains("weir restore list"))
      }
      #expect(await admin.send(.put, "/v1/restores").status == 405)
    }
  }
}
