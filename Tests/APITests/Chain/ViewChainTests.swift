import Primitives
import Ring
import Testing

@testable import API
@testable import Objects

/// Views under the names that clients give, on a real store.
@Suite struct ViewChainTests {
  /// A bucket `photos` with versioning, of which the view `then` shows what lies below `a/` before it was changed.
  private static func prepare(_ api: RunningAPI) async throws {
    _ = try await api.send("PUT", "/photos")
    let enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    #expect(try await api.send("PUT", "/photos?versioning", body: bytes(enabled)).status == 200)
    for key in ["a/1", "a/2", "b/1"] {
      #expect(try await api.send("PUT", "/photos/\(key)", body: bytes("old")).status == 200)
    }
    let store = api.store
    let made = try await api.clients.rings[0].run { () async -> Result<ViewInfo, ObjectError> in
      do throws(ObjectError) {
        let bucket = try store.bucket(named: "photos")
        guard let name = BucketName(lookup: "then") else { throw .noSuchView(name: "then") }
        return .success(try await store.createView(name: name, bucket: bucket, prefix: Array("a/".utf8)))
      } catch { return .failure(error) }
    }.get()
    #expect(made.prefix == bytes("a/"))
    _ = try await api.send("PUT", "/photos/a/1", body: bytes("new"))
    _ = try await api.send("DELETE", "/photos/a/2")
    _ = try await api.send("PUT", "/photos/a/3", body: bytes("new"))
  }

  @Test func readsShowTheMoment() async throws {
    try await RunningAPI.run { api in
      try await Self.prepare(api)
      #expect(try await api.send("GET", "/then/a/1").text == "old")
      #expect(try await api.send("GET", "/photos/a/1").text == "new")
      #expect(try await api.send("HEAD", "/then/a/2").status == 200)
      #expect(try await api.send("GET", "/then/a/3").code == "NoSuchKey")
      #expect(
        try await api.send("GET", "/then/a/1?attributes", [("x-amz-object-attributes", "ObjectSize")])
          .element("ObjectSize") == "3")
      #expect(try await api.send("GET", "/then/a/1?tagging").status == 200)
      #expect(try await api.getPresigned("/then/a/1").text == "old")
      // The view shows a part of the bucket.
      #expect(try await api.send("GET", "/then/b/1").code == "NoSuchKey")
      #expect(try await api.send("HEAD", "/then/b/1").status == 404)
      for query in ["", "?list-type=2", "?versions"] {
        let page = try await api.send("GET", "/then\(query)").text
        #expect(page.contains("<Name>then</Name>"))
        #expect(page.contains("<Key>a/1</Key>") && page.contains("<Key>a/2</Key>"))
        #expect(!page.contains("a/3") && !page.contains("b/1") && !page.contains("DeleteMarker"))
      }
      #expect(try await api.send("GET", "/then?list-type=2&prefix=b/").element("KeyCount") == "0")
    }
  }

  @Test func itIsABucketToWhoeverAsks() async throws {
    try await RunningAPI.run { api in
      try await Self.prepare(api)
      #expect(try await api.send("HEAD", "/then").status == 200)
      #expect(try await api.send("GET", "/then?location").status == 200)
      #expect(try await api.send("GET", "/then?versioning").element("Status") == "Enabled")
      #expect(try await api.send("HEAD", "/", host: "then.\(RunningAPI.domain)").status == 200)
      #expect(!(try await api.send("GET", "/").text.contains("then")))
      #expect(try await api.send("PUT", "/then").code == "BucketAlreadyExists")
      let stranger = try await api.makeUser("stranger")
      #expect(try await api.send("GET", "/then/a/1", as: stranger).code == "AccessDenied")
      #expect(try await api.send("GET", "/then/a/1", as: nil).code == "AccessDenied")
    }
  }

  @Test func nothingWritesToIt() async throws {
    try await RunningAPI.run { api in
      try await Self.prepare(api)
      let requests: [(String, String, [(String, String)])] = [
        ("PUT", "/then/a/1", []), ("DELETE", "/then/a/1", []), ("DELETE", "/then", []),
        ("POST", "/then?delete", []), ("POST", "/then/a/1?uploads", []),
        ("PUT", "/then/a/9", [("x-amz-copy-source", "photos/a/1")]), ("PUT", "/then?versioning", []),
        ("PUT", "/then/a/1?tagging", []), ("DELETE", "/then/a/1?tagging", []), ("GET", "/then?uploads", []),
        ("PUT", "/then/a/1?retention", []), ("PUT", "/then?object-lock", []),
      ]
      for (method, target, headers) in requests {
        let answer = try await api.send(method, target, headers, body: method == "GET" ? [] : bytes("x"))
        #expect(answer.status == 403 && answer.code == "AccessDenied", "\(method) \(target)")
        #expect(answer.element("Message")?.contains("then is a read-only view of the bucket photos") == true)
      }
      #expect(try await api.send("GET", "/then/a/1").text == "old")
    }
  }

  @Test func copiesReadThroughIt() async throws {
    try await RunningAPI.run { api in
      try await Self.prepare(api)
      _ = try await api.send("PUT", "/other")
      let source = [("x-amz-copy-source", "then/a/1")]
      #expect(try await api.send("PUT", "/other/k", source).status == 200)
      #expect(try await api.send("GET", "/other/k").text == "old")
      // Back into the bucket that it shows, onto what has changed since.
      #expect(try await api.send("PUT", "/photos/a/1", source).status == 200)
      #expect(try await api.send("GET", "/photos/a/1").text == "old")
      #expect(
        try await api.send("PUT", "/other/k", [("x-amz-copy-source", "then/b/1")]).code == "NoSuchKey")
      #expect(
        try await api.send("PUT", "/other/k", [("x-amz-copy-source", "then/a/3")]).code == "NoSuchKey")
      let twice = source + [("x-weir-as-of", Timestamp.now().iso8601)]
      #expect(try await api.send("PUT", "/other/k", twice).code == "InvalidRequest")
      let stranger = try await api.makeUser("stranger")
      _ = try await api.send("PUT", "/strange", as: stranger)
      #expect(try await api.send("PUT", "/strange/k", source, as: stranger).code == "AccessDenied")
    }
  }

  @Test func itHasAMomentOfItsOwn() async throws {
    try await RunningAPI.run { api in
      try await Self.prepare(api)
      let then = [("x-weir-as-of", Timestamp.now().iso8601)]
      let answer = try await api.send("GET", "/then/a/1", then)
      #expect(answer.code == "InvalidRequest")
      #expect(answer.element("Message")?.contains("then is a view") == true)
    }
  }

  /// What answers for views reads, and is no part of what can be changed.
  @Test func onlyReadsAreForViews() {
    let names = OperationTable.rows.map(\.spec).filter(\.isForViews).map(\.name)
    #expect(
      Set(names) == [
        "GetObject", "HeadObject", "GetObjectAttributes", "GetObjectTagging", "GetObjectRetention",
        "GetObjectLegalHold", "ListObjects", "ListObjectsV2", "ListObjectVersions", "HeadBucket",
        "GetBucketLocation", "GetBucketVersioning", "GetBucketTagging", "GetBucketCors",
        "GetBucketLifecycleConfiguration", "GetObjectLockConfiguration",
      ])
  }
}
