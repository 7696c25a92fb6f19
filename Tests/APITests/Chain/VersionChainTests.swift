import Primitives
import Testing

@testable import API

/// Versions, tags, locks and moments over the wire, on a real store.
@Suite struct VersionChainTests {
  private static func md5(_ body: String) -> [(String, String)] {
    [("content-md5", Base64.encode(MD5.hash(bytes(body))))]
  }

  private static func setVersioning(_ status: String, _ api: RunningAPI) async throws {
    let document = "<VersioningConfiguration><Status>\(status)</Status></VersioningConfiguration>"
    #expect(try await api.send("PUT", "/photos?versioning", body: bytes(document)).status == 200)
    #expect(try await api.send("GET", "/photos?versioning").element("Status") == status)
  }

  /// Puts `k` and gives its version id.
  private static func put(_ body: String, _ api: RunningAPI) async throws -> String? {
    let answer = try await api.send("PUT", "/photos/k", body: bytes(body))
    #expect(answer.status == 200)
    return answer.fields["x-amz-version-id"]
  }

  @Test func versionsAndMarkers() async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      #expect(try await Self.put("null", api) == nil)
      try await Self.setVersioning("Enabled", api)
      let first = try #require(try await Self.put("first", api))
      let second = try #require(try await Self.put("second", api))
      #expect(first != second)
      #expect(try await api.send("GET", "/photos/k").fields["x-amz-version-id"] == second)
      #expect(try await api.send("GET", "/photos/k?versionId=\(first)").text == "first")
      #expect(try await api.send("GET", "/photos/k?versionId=null").text == "null")
      #expect(try await api.send("GET", "/photos/k?versionId=abc").code == "NoSuchVersion")
      #expect(try await api.send("GET", "/photos/k?versionId=").code == "InvalidArgument")

      let deleted = try await api.send("DELETE", "/photos/k")
      #expect(deleted.status == 204)
      #expect(deleted.fields["x-amz-delete-marker"] == "true")
      let marker = try #require(deleted.fields["x-amz-version-id"])
      let hidden = try await api.send("GET", "/photos/k")
      #expect(hidden.code == "NoSuchKey")
      #expect(hidden.fields["x-amz-delete-marker"] == "true")
      #expect(hidden.fields["x-amz-version-id"] == marker)
      let named = try await api.send("HEAD", "/photos/k?versionId=\(marker)")
      #expect(named.status == 405)
      #expect(named.fields["allow"] == "DELETE")
      #expect(named.fields["last-modified"] != nil)
      #expect(try await api.send("GET", "/photos?list-type=2").element("KeyCount") == "0")
      let all = try await api.send("GET", "/photos?versions").text
      #expect(all.split(separator: "<Version>").count == 4)
      #expect(
        all.contains("<DeleteMarker><Key>k</Key><VersionId>\(marker)</VersionId><IsLatest>true</IsLatest>"))
      #expect(try await api.send("DELETE", "/photos").code == "BucketNotEmpty")

      #expect(try await api.send("DELETE", "/photos/k?versionId=\(marker)").status == 204)
      #expect(try await api.send("GET", "/photos/k").text == "second")
      let restored = try await api.send(
        "PUT", "/photos/k", [("x-amz-copy-source", "photos/k?versionId=\(first)")])
      #expect(restored.fields["x-amz-copy-source-version-id"] == first)
      #expect(try await api.send("GET", "/photos/k").text == "first")
    }
  }

  @Test func suspensionReplacesNull() async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      try await Self.setVersioning("Enabled", api)
      let kept = try #require(try await Self.put("kept", api))
      try await Self.setVersioning("Suspended", api)
      #expect(try await Self.put("one", api) == "null")
      #expect(try await Self.put("two", api) == "null")
      #expect(try await api.send("GET", "/photos/k?versionId=null").text == "two")
      let deleted = try await api.send("DELETE", "/photos/k")
      #expect(deleted.fields["x-amz-version-id"] == "null")
      #expect(deleted.fields["x-amz-delete-marker"] == "true")
      #expect(try await api.send("GET", "/photos/k?versionId=\(kept)").text == "kept")
    }
  }

  @Test func tags() async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      _ = try await api.send("PUT", "/photos/k", [("x-amz-tagging", "a=1&b=2")], body: bytes("x"))
      #expect(try await api.send("HEAD", "/photos/k").fields["x-amz-tagging-count"] == "2")
      let document = "<Tagging><TagSet><Tag><Key>c</Key><Value>3</Value></Tag></TagSet></Tagging>"
      #expect(
        try await api.send("PUT", "/photos/k?tagging", Self.md5(document), body: bytes(document)).status
          == 200)
      #expect(try await api.send("GET", "/photos/k?tagging").element("Key") == "c")
      #expect(try await api.send("PUT", "/photos/copy", [("x-amz-copy-source", "photos/k")]).status == 200)
      #expect(try await api.send("GET", "/photos/copy?tagging").element("Value") == "3")
      #expect(try await api.send("DELETE", "/photos/k?tagging").status == 204)
      #expect(try await api.send("GET", "/photos/k?tagging").element("Key") == nil)
      #expect(try await api.send("GET", "/photos?tagging").code == "NoSuchTagSet")
      #expect(
        try await api.send("PUT", "/photos?tagging", Self.md5(document), body: bytes(document)).status == 204)
      #expect(try await api.send("GET", "/photos?tagging").element("Key") == "c")
      #expect(try await api.send("DELETE", "/photos?tagging").status == 204)
      #expect(try await api.send("GET", "/photos?tagging").status == 404)
    }
  }

  @Test func locks() async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos", [("x-amz-bucket-object-lock-enabled", "true")])
      #expect(try await api.send("GET", "/photos?object-lock").element("ObjectLockEnabled") == "Enabled")
      let id = try #require(try await Self.put("x", api))
      #expect(
        try await api.send("GET", "/photos/k?retention").code == "NoSuchObjectLockConfiguration")
      let document = """
        <Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2999-01-01T00:00:00Z</RetainUntilDate></Retention>
        """
      #expect(
        try await api.send("PUT", "/photos/k?retention", Self.md5(document), body: bytes(document)).status
          == 200)
      #expect(try await api.send("HEAD", "/photos/k").fields["x-amz-object-lock-mode"] == "GOVERNANCE")
      let locked = try await api.send("DELETE", "/photos/k?versionId=\(id)")
      #expect(locked.status == 403)
      #expect(locked.element("Message") == "Access Denied because object protected by object lock.")
      #expect(try await api.send("DELETE", "/photos/k").status == 204)
      let bypass = [("x-amz-bypass-governance-retention", "true")]
      #expect(try await api.send("DELETE", "/photos/k?versionId=\(id)", bypass).status == 204)
      let suspend = "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>"
      #expect(
        try await api.send("PUT", "/photos?versioning", body: bytes(suspend)).code == "InvalidBucketState")
    }
  }

  @Test func moments() async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      try await Self.setVersioning("Enabled", api)
      _ = try await Self.put("old", api)
      try await Task.sleep(for: .milliseconds(5))
      let then = [("x-weir-as-of", Timestamp.now().iso8601)]
      try await Task.sleep(for: .milliseconds(5))
      _ = try await Self.put("new", api)
      _ = try await api.send("PUT", "/photos/later", body: bytes("x"))
      #expect(try await api.send("GET", "/photos/k", then).text == "old")
      #expect(try await api.send("HEAD", "/photos/later", then).status == 404)
      #expect(try await api.send("GET", "/photos?list-type=2", then).element("KeyCount") == "1")
      #expect(try await api.send("GET", "/photos?list-type=2").element("KeyCount") == "2")
      let versions = try await api.send("GET", "/photos?versions", then).text
      #expect(versions.split(separator: "<Version>").count == 2)
      let copy = try await api.send("PUT", "/photos/k", then + [("x-amz-copy-source", "photos/k")])
      #expect(copy.status == 200)
      #expect(try await api.send("GET", "/photos/k").text == "old")
      #expect(try await api.send("PUT", "/photos/k", then, body: bytes("x")).code == "InvalidRequest")
      let label = try #require(try await Self.put("third", api))
      _ = try await Self.put("fourth", api)
      #expect(try await api.send("GET", "/photos/k", [("x-weir-as-of", label)]).text == "third")
      #expect(try await api.send("GET", "/photos/k", [("x-weir-as-of", "01A2")]).code == "InvalidArgument")
      let future = [("x-weir-as-of", "2999-01-01T00:00:00Z")]
      #expect(try await api.send("GET", "/photos/k", future).code == "InvalidArgument")
      let past = [("x-weir-as-of", "2001-01-01T00:00:00Z")]
      #expect(try await api.send("GET", "/photos/k", past).code == "InvalidRequest")
    }
  }
}
