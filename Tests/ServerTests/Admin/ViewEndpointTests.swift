import HTTP
import Objects
import Primitives
import Testing

@testable import Server

@Suite struct ViewEndpointTests {
  @Test func viewsComeAndGo() async throws {
    try await TestAdmin.run { admin in
      try await admin.makeBucket("data")
      let version = try await admin.put("data", "a/1", "one")
      let expires = Timestamp(milliseconds: Timestamp.now().milliseconds + 3_600_000).iso8601
      let made = await admin.send(
        .post, "/v1/views",
        "{\"name\":\"then\",\"bucket\":\"data\",\"as_of\":\"\(version.text)\",\"prefix\":\"a/\",\"expires\":\"\(expires)\"}"
      )
      #expect(made.status == 200, "\(made.message)")
      #expect(made.text("as_of") == Moment(version).time.iso8601 && made.text("prefix") == "a/")
      #expect(made.text("expires") == expires && made.text("bucket") == "data")
      let now = await admin.send(.post, "/v1/views", "{\"name\":\"now\",\"bucket\":\"data\"}")
      #expect(now.status == 200 && now.text("expires") == nil)
      let list = await admin.send(.get, "/v1/views")
      #expect(list.column("views", "name") == ["now", "then"])
      #expect(await admin.send(.get, "/v1/buckets/data").column("views", "name") == ["now", "then"])
      #expect(await admin.send(.get, "/v1/views/then").text("as_of") == made.text("as_of"))
      let deleted = await admin.send(.delete, "/v1/views/then")
      #expect(deleted.status == 200 && deleted.text("name") == "then")
      #expect(await admin.send(.delete, "/v1/views/then").status == 404)
      #expect(await admin.send(.get, "/v1/views").column("views", "name") == ["now"])
    }
  }

  @Test func whatCannotBeViewedIsSaid() async throws {
    try await TestAdmin.run { admin in
      try await admin.makeBucket("data")
      try await admin.makeBucket("plain", isVersioned: false)
      try await admin.put("data", "a", "one")
      func refusal(_ members: String) async -> (Int, String) {
        let answer = await admin.send(.post, "/v1/views", "{\(members)}")
        return (answer.status, answer.message)
      }
      #expect(await admin.send(.post, "/v1/views", "{\"name\":\"then\",\"bucket\":\"data\"}").status == 200)
      for (members, status, part) in [
        ("\"name\":\"then\",\"bucket\":\"data\"", 409, "choose another name"),
        ("\"name\":\"plain\",\"bucket\":\"data\"", 409, "a bucket has the name"),
        ("\"name\":\"view\",\"bucket\":\"none\"", 404, "no bucket none"),
        ("\"name\":\"No\",\"bucket\":\"data\"", 400, "named like a bucket"),
        ("\"name\":\"view\"", 400, "the body must be"),
        ("\"name\":\"view\",\"bucket\":\"data\",\"as_of\":\"yesterday\"", 400, "as_of"),
        ("\"name\":\"view\",\"bucket\":\"data\",\"as_of\":\"2999-01-01T00:00:00Z\"", 400, "has not come"),
        ("\"name\":\"view\",\"bucket\":\"data\",\"as_of\":\"2001-01-01T00:00:00Z\"", 409, "earliest moment"),
        (
          "\"name\":\"view\",\"bucket\":\"plain\",\"as_of\":\"2001-01-01T00:00:00Z\"", 409,
          "set-recovery-window"
        ),
        ("\"name\":\"view\",\"bucket\":\"data\",\"expires\":\"2001-01-01T00:00:00Z\"", 400, "has passed"),
      ] {
        let seen = await refusal(members)
        #expect(seen.0 == status && seen.1.contains(part), "\(members): \(seen)")
      }
      let missing = await admin.send(.get, "/v1/views/none")
      #expect(missing.status == 404 && missing.message.contains("weir view list"))
      #expect(await admin.send(.put, "/v1/views/then").status == 405)
      #expect(await admin.send(.put, "/v1/views").status == 405)
      #expect(await admin.send(.get, "/v1/views/then/more").status == 404)
    }
  }
}
