import HTTP
import Objects
import Primitives
import Testing

@testable import API

/// Operations on objects through the chain, over loopback.
@Suite(.serialized) struct ObjectChainTests {
  @Test func anObjectsLife() async throws {
    try await RunningAPI.run { api in
      #expect(try await api.send("PUT", "/photos").fields["location"] == "/photos")
      #expect(try await api.send("HEAD", "/photos").status == 200)
      let put = try await api.send(
        "PUT", "/photos/a%20b/%C3%A9",
        [("content-type", "text/plain"), ("x-amz-meta-colour", "blue"), ("cache-control", "no-cache")],
        body: bytes("hello"))
      #expect(put.status == 200)
      #expect(put.fields["etag"] == "\"5d41402abc4b2a76b9719d911017c592\"")
      #expect(put.fields["content-length"] == "0")
      #expect(put.fields["x-amz-checksum-crc64nvme"] != nil)
      #expect(put.fields["x-amz-checksum-type"] == "FULL_OBJECT")

      let get = try await api.send("GET", "/photos/a%20b/%C3%A9")
      #expect(get.status == 200)
      #expect(get.text == "hello")
      #expect(get.fields["content-length"] == "5")
      #expect(get.fields["content-type"] == "text/plain")
      #expect(get.fields["cache-control"] == "no-cache")
      #expect(get.fields["x-amz-meta-colour"] == "blue")
      #expect(get.fields["accept-ranges"] == "bytes")
      #expect(get.fields["etag"] == put.fields["etag"])
      #expect(get.fields["server"] == "Weir")
      #expect(get.fields["date"] != nil)

      let head = try await api.send("HEAD", "/photos/a%20b/%C3%A9", [("x-amz-checksum-mode", "ENABLED")])
      #expect(head.status == 200)
      #expect(head.fields["content-length"] == "5")
      #expect(head.fields["x-amz-checksum-crc64nvme"] == put.fields["x-amz-checksum-crc64nvme"])
      #expect(head.body.isEmpty)

      #expect(try await api.send("GET", "/photos?list-type=2").element("Key") == "a b/é")
      #expect(try await api.send("DELETE", "/photos").code == "BucketNotEmpty")
      #expect(try await api.send("DELETE", "/photos/a%20b/%C3%A9").status == 204)
      #expect(try await api.send("DELETE", "/photos/a%20b/%C3%A9").status == 204)
      #expect(try await api.send("GET", "/photos/a%20b/%C3%A9").code == "NoSuchKey")
      #expect(try await api.send("HEAD", "/photos/a%20b/%C3%A9").status == 404)
      #expect(try await api.send("DELETE", "/photos").status == 204)
      #expect(try await api.send("DELETE", "/photos").code == "NoSuchBucket")
    }
  }

  @Test(arguments: [0, 1, 4096, 4097, 100_000, 3_000_000])
  func bytesComeBack(_ size: Int) async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
      #expect(try await api.send("PUT", "/photos/k", body: body).status == 200)
      let get = try await api.send("GET", "/photos/k")
      #expect(get.status == 200)
      #expect(get.body == body)
      #expect(get.fields["content-length"] == String(size))
      guard size > 10 else { return }
      let middle = try await api.send("GET", "/photos/k", [("range", "bytes=\(size / 3)-\(size / 2)")])
      #expect(middle.status == 206)
      #expect(middle.body == Array(body[(size / 3)...(size / 2)]))
      #expect(middle.fields["content-range"] == "bytes \(size / 3)-\(size / 2)/\(size)")
      let last = try await api.send("GET", "/photos/k", [("range", "bytes=-7")])
      #expect(last.body == Array(body.suffix(7)))
    }
  }

  @Test func conditionsAndRanges() async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      let tag = try #require(try await api.send("PUT", "/photos/k", body: bytes("0123456789")).fields["etag"])
      let same = try await api.send("GET", "/photos/k", [("if-none-match", tag)])
      #expect(same.status == 304)
      #expect(same.body.isEmpty)
      #expect(same.fields["etag"] == tag)
      let failed = try await api.send("GET", "/photos/k", [("if-match", "\"x\"")])
      #expect(failed.status == 412)
      #expect(failed.element("Condition") == "If-Match")
      let far = try await api.send("GET", "/photos/k", [("range", "bytes=10-")])
      #expect(far.status == 416)
      #expect(far.code == "InvalidRange")
      #expect(far.element("ActualObjectSize") == "10")
      #expect(try await api.send("GET", "/photos/k?partNumber=2").code == "InvalidPartNumber")

      #expect(
        try await api.send("PUT", "/photos/k", [("if-none-match", "*")], body: bytes("x")).status == 412)
      #expect(
        try await api.send("PUT", "/photos/n", [("if-none-match", "*")], body: bytes("x")).status == 200)
      #expect(try await api.send("PUT", "/photos/k", [("if-match", tag)], body: bytes("new")).status == 200)
      #expect(try await api.send("PUT", "/photos/k", [("if-match", tag)], body: bytes("x")).status == 412)
      #expect(
        try await api.send("PUT", "/photos/o", [("if-match", tag)], body: bytes("x")).code == "NoSuchKey")
      #expect(try await api.send("DELETE", "/photos/k", [("if-match", tag)]).status == 412)
      #expect(try await api.send("GET", "/photos/k").text == "new")
    }
  }

  @Test func nothingIsStoredOfABadBody() async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      let hash = try await api.send(
        "PUT", "/photos/k", body: bytes("one"), payload: .sha256(SHA256.hash(bytes("two"))))
      #expect(hash.code == "XAmzContentSHA256Mismatch")
      let md5 = try await api.send(
        "PUT", "/photos/k", [("content-md5", Base64.encode(MD5.hash(bytes("two"))))], body: bytes("one"))
      #expect(md5.code == "BadDigest")
      #expect(md5.element("ExpectedDigest") == Hex.encode(MD5.hash(bytes("two"))))
      #expect(md5.element("CalculatedDigest") == Base64.encode(MD5.hash(bytes("one"))))
      let crc = try await api.send(
        "PUT", "/photos/k", [("x-amz-checksum-crc32", "AAAAAA==")], body: bytes("one"))
      #expect(crc.code == "BadDigest")
      let malformed = try await api.send("PUT", "/photos/k", [("content-md5", "abc")], body: bytes("one"))
      #expect(malformed.code == "InvalidDigest")
      #expect(try await api.send("GET", "/photos/k").code == "NoSuchKey")
    }
  }

  @Test func presignedURLs() async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      _ = try await api.send("PUT", "/photos/a%20b", body: bytes("hello"))
      #expect(try await api.getPresigned("/photos/a%20b").text == "hello")
      let override = try await api.getPresigned("/photos/a%20b", query: "response-content-type=text%2Fcss")
      #expect(override.fields["content-type"] == "text/css")
      #expect(
        try await api.getPresigned("/photos/a%20b", expires: 0).element("Message") == "Request has expired")
    }
  }

  @Test func virtualHosts() async throws {
    try await RunningAPI.run { api in
      let host = "photos.\(RunningAPI.domain):9000"
      let made = try await api.send("PUT", "/", host: host)
      #expect(made.status == 200)
      #expect(try await api.send("PUT", "/a/b", body: bytes("v"), host: host).status == 200)
      #expect(try await api.send("GET", "/a/b", host: host).text == "v")
      #expect(try await api.send("GET", "/photos/a/b").text == "v")
      #expect(try await api.send("GET", "/?list-type=2", host: host).element("Key") == "a/b")
      #expect(try await api.send("GET", "/", host: "\(RunningAPI.domain):9000").element("Name") == "photos")
    }
  }

  @Test func copies() async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      _ = try await api.send("PUT", "/other")
      let put = try await api.send(
        "PUT", "/photos/a", [("content-type", "text/css"), ("x-amz-meta-a", "1")], body: bytes("hello"))
      let copy = try await api.send("PUT", "/other/b", [("x-amz-copy-source", "photos/a")])
      #expect(copy.status == 200)
      #expect(copy.element("ETag") == "&quot;5d41402abc4b2a76b9719d911017c592&quot;")
      let get = try await api.send("GET", "/other/b")
      #expect(get.text == "hello")
      #expect(get.fields["content-type"] == "text/css")
      #expect(get.fields["x-amz-meta-a"] == "1")

      let itself = try await api.send("PUT", "/other/b", [("x-amz-copy-source", "other/b")])
      #expect(itself.code == "InvalidRequest")
      let replace = [("x-amz-copy-source", "other/b"), ("x-amz-metadata-directive", "REPLACE")]
      #expect(try await api.send("PUT", "/other/b", replace).status == 200)
      #expect(try await api.send("HEAD", "/other/b").fields["content-type"] == "binary/octet-stream")

      let missing = try await api.send("PUT", "/other/b", [("x-amz-copy-source", "photos/none")])
      #expect(missing.code == "NoSuchKey")
      #expect(try await api.send("PUT", "/other/b", [("x-amz-copy-source", "none/a")]).code == "NoSuchBucket")
      let failed = try await api.send(
        "PUT", "/other/c",
        [("x-amz-copy-source", "photos/a"), ("x-amz-copy-source-if-none-match", put.fields["etag"] ?? "")])
      #expect(failed.status == 412)
      #expect(failed.element("Condition") == "x-amz-copy-source-If-None-Match")
      let version = try await api.send("PUT", "/other/c", [("x-amz-copy-source", "photos/a?versionId=x")])
      #expect(version.code == "NoSuchVersion")
    }
  }

  @Test func multipartUploads() async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      let created = try await api.send("POST", "/photos/big?uploads", [("content-type", "video/mp4")])
      let id = try #require(created.element("UploadId"))
      #expect(try await api.send("GET", "/photos?uploads").element("UploadId") == id)
      #expect(try await api.send("GET", "/photos?list-type=2").element("KeyCount") == "0")

      let first = try await api.send(
        "PUT", "/photos/big?partNumber=1&uploadId=\(id)", body: bytes("0123456789"))
      _ = try await api.send("PUT", "/photos/source", body: bytes("abcdefghijklmnop"))
      let second = try await api.send(
        "PUT", "/photos/big?partNumber=2&uploadId=\(id)",
        [("x-amz-copy-source", "photos/source"), ("x-amz-copy-source-range", "bytes=2-11")])
      let beyond = try await api.send(
        "PUT", "/photos/big?partNumber=3&uploadId=\(id)",
        [("x-amz-copy-source", "photos/source"), ("x-amz-copy-source-range", "bytes=2-99")])
      #expect(beyond.element("Message") == "Range specified is not valid for source object of size: 16")
      let third = try await api.send("PUT", "/photos/big?partNumber=3&uploadId=\(id)", body: bytes("!"))
      #expect(
        try await api.send("GET", "/photos/big?uploadId=\(id)&max-parts=2").element("NextPartNumberMarker")
          == "2")

      let tags = [
        first.fields["etag"] ?? "", (second.element("ETag") ?? "").replacing("&quot;", with: "\""),
        third.fields["etag"] ?? "",
      ]
      let parts = tags.enumerated().map {
        "<Part><PartNumber>\($0.offset + 1)</PartNumber><ETag>\($0.element)</ETag></Part>"
      }
      func complete(_ parts: [String]) async throws -> Answer {
        try await api.send(
          "POST", "/photos/big?uploadId=\(id)",
          body: bytes("<CompleteMultipartUpload>\(parts.joined())</CompleteMultipartUpload>"))
      }
      #expect(try await complete([parts[1], parts[0]]).code == "InvalidPartOrder")
      #expect(try await complete([parts[0], parts[2], parts[1]]).code == "InvalidPartOrder")
      #expect(
        try await complete(["<Part><PartNumber>9</PartNumber><ETag>x</ETag></Part>"]).code == "InvalidPart")
      let done = try await complete(parts)
      #expect(done.status == 200)
      #expect(done.element("Location") == "http://127.0.0.1:\(api.port)/photos/big")
      #expect(done.element("ETag")?.hasSuffix("-3&quot;") == true)

      let get = try await api.send("GET", "/photos/big")
      #expect(get.text == "0123456789cdefghijkl!")
      #expect(get.fields["content-type"] == "video/mp4")
      let part = try await api.send("GET", "/photos/big?partNumber=2")
      #expect(part.status == 206)
      #expect(part.text == "cdefghijkl")
      #expect(part.fields["x-amz-mp-parts-count"] == "3")
      #expect(part.fields["content-range"] == "bytes 10-19/21")
      let attributes = try await api.send(
        "GET", "/photos/big?attributes", [("x-amz-object-attributes", "ObjectParts,ObjectSize")])
      #expect(attributes.element("PartsCount") == "3")
      #expect(attributes.element("ObjectSize") == "21")
      #expect(try await api.send("GET", "/photos?uploads").element("UploadId") == nil)
    }
  }

  @Test func abortedUploadsAreGone() async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      let created = try await api.send("POST", "/photos/big?uploads")
      let id = try #require(created.element("UploadId"))
      #expect(try await api.send("DELETE", "/photos/big?uploadId=\(id)").status == 204)
      let part = try await api.send("PUT", "/photos/big?partNumber=1&uploadId=\(id)", body: bytes("x"))
      #expect(part.status == 404)
      #expect(part.code == "NoSuchUpload")
      #expect(part.element("UploadId") == id)
      #expect(try await api.send("GET", "/photos/big?uploadId=nonsense").code == "NoSuchUpload")
      #expect(
        try await api.send("DELETE", "/photos?uploadId=\(id)").element("Message") == "A key must be specified"
      )
    }
  }

  @Test func deletesManyAtOnce() async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      for name in ["a", "b", "c"] { _ = try await api.send("PUT", "/photos/\(name)", body: bytes(name)) }
      let document = bytes(
        """
        <Delete><Object><Key>a</Key></Object><Object><Key>none</Key></Object>\
        <Object><Key>b</Key><ETag>wrong</ETag></Object></Delete>
        """)
      let answer = try await api.send(
        "POST", "/photos?delete", [("content-md5", Base64.encode(MD5.hash(document)))], body: document)
      #expect(answer.status == 200)
      #expect(answer.text.contains("<Deleted><Key>a</Key></Deleted><Deleted><Key>none</Key></Deleted>"))
      #expect(answer.text.contains("<Error><Key>b</Key><Code>PreconditionFailed</Code>"))
      let left = try await api.send("GET", "/photos?list-type=2")
      #expect(left.element("KeyCount") == "2")
      let large = [UInt8](repeating: 0x20, count: (2 << 20) + 1)
      let refused = try await api.send(
        "POST", "/photos?delete", [("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==")], body: large)
      #expect(refused.code == "MaxMessageLengthExceeded")
    }
  }

  @Test func listingsGoOnUnderWrites() async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      for name in ["a/1", "a/2", "b", "c/1", "d", "e%20f"] {
        _ = try await api.send("PUT", "/photos/\(name)", body: bytes("v"))
      }
      let first = try await api.send("GET", "/photos?list-type=2&max-keys=2&delimiter=%2F")
      #expect(first.element("IsTruncated") == "true")
      #expect(first.text.contains("<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>"))
      let token = try #require(first.element("NextContinuationToken"))
      _ = try await api.send("PUT", "/photos/a/3", body: bytes("v"))
      _ = try await api.send("DELETE", "/photos/b")
      _ = try await api.send("PUT", "/photos/b2", body: bytes("v"))
      let second = try await api.send(
        "GET", "/photos?list-type=2&max-keys=10&delimiter=%2F&encoding-type=url&continuation-token=\(token)")
      #expect(!second.text.contains("<Prefix>a/</Prefix>"))
      #expect(second.text.contains("<Key>b2</Key>"))
      #expect(second.text.contains("<Prefix>c/</Prefix>"))
      #expect(second.text.contains("<Key>e+f</Key>"))
      #expect(second.element("IsTruncated") == "false")
      #expect(second.element("KeyCount") == "4")
      let none = try await api.send("GET", "/photos?max-keys=0")
      #expect(none.element("IsTruncated") == "false")
      #expect(none.element("Contents") == nil)
    }
  }
}
