import Primitives
import Testing

@testable import API
@testable import Objects

@Suite struct CopySourceTests {
  static let forms: [(value: String, bucket: String, key: String, version: String?)] = [
    ("bucket/key", "bucket", "key", nil),
    ("/bucket/key", "bucket", "key", nil),
    ("bucket/a/b/c", "bucket", "a/b/c", nil),
    ("bucket//key", "bucket", "/key", nil),
    ("bucket%2Fkey", "bucket", "key", nil),
    ("%2Fbucket/key", "", "", nil),
    ("bucket/a%20b+c", "bucket", "a b+c", nil),
    ("bucket/%E2%82%AC", "bucket", "€", nil),
    ("bucket/key?versionId=null", "bucket", "key", "null"),
    ("bucket/key?versionId=00000193a1b2c3d4", "bucket", "key", "00000193a1b2c3d4"),
    ("bucket/key?versionId=abc.DEF_-1", "bucket", "key", "abc.DEF_-1"),
    ("bucket/a%3Fb", "bucket", "a?b", nil),
    ("bucket/key?other=1", "bucket", "key", nil),
  ]

  @Test(arguments: forms.filter { !$0.bucket.isEmpty })
  func reads(_ value: String, _ bucket: String, _ key: String, _ version: String?) throws {
    let source = try CopySourceHeader(slice(value), headerName: "x-amz-copy-source")
    #expect(source.bucket.string == bucket)
    #expect(source.key.string == key)
    #expect(source.version?.text == version)
  }

  static let refusals: [(value: String, message: String)] = [
    ("bucket", "Invalid copy source object key"),
    ("bucket/", "Invalid copy source object key"),
    ("/bucket", "Invalid copy source object key"),
    ("", "Invalid copy source bucket name"),
    ("/", "Invalid copy source bucket name"),
    ("b$/key", "Invalid copy source bucket name"),
    ("%2Fbucket/key", "Invalid copy source bucket name"),
    ("bucket/%zz", "Invalid copy source encoding."),
    ("bucket/%FF", "Invalid copy source encoding."),
  ]

  @Test(arguments: refusals) func refuses(_ value: String, _ message: String) {
    let error = refusal { () throws(S3Error) in
      _ = try CopySourceHeader(slice(value), headerName: "x-amz-copy-source")
    }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message == message)
    #expect(error.map { elements($0) } == ["ArgumentName=x-amz-copy-source", "ArgumentValue=\(value)"])
  }

  @Test func versionIDsAreChecked() throws {
    #expect(try VersionParameter.read(try QueryParameters(nil)) == nil)
    #expect(try VersionParameter.read(try QueryParameters(slice("versionId=null"))) == .null)
    #expect(
      try VersionParameter.read(try QueryParameters(slice("versionId=3sL4kqtJ"))) == .foreign("3sL4kqtJ"))
    #expect(
      try VersionParameter.read(try QueryParameters(slice("versionId=0000000000000001")))
        == .id(Fixture.version))
    let empty = refusal { () throws(S3Error) in
      _ = try VersionParameter.read(try QueryParameters(slice("versionId=")))
    }
    #expect(empty?.message == "Version id cannot be the empty string")
    let bad = refusal { () throws(S3Error) in
      _ = try VersionParameter.read(try QueryParameters(slice("versionId=a%20b")))
    }
    #expect(bad?.message == "Invalid version id specified")
    #expect(bad.map { elements($0) } == ["ArgumentName=versionId", "ArgumentValue=a b"])
  }
}
