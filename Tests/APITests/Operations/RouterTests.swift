import HTTP
import Testing

@testable import API

@Suite struct RouterTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let line: String
    var headers: [String] = []
    let operation: String
    var testDescription: String { line }
  }

  static let routes: [Case] = [
    Case(line: "GET /", operation: "ListBuckets"),
    Case(line: "GET /?max-buckets=3&prefix=a", operation: "ListBuckets"),
    Case(line: "GET /?max-directory-buckets=3", operation: "ListDirectoryBuckets"),
    Case(line: "PUT /b", operation: "CreateBucket"),
    Case(line: "PUT /b/", operation: "CreateBucket"),
    Case(line: "HEAD /b", operation: "HeadBucket"),
    Case(line: "DELETE /b", operation: "DeleteBucket"),
    Case(line: "GET /b?location", operation: "GetBucketLocation"),
    Case(line: "GET /b?location=", operation: "GetBucketLocation"),
    Case(line: "GET /b?loc%61tion", operation: "GetBucketLocation"),
    Case(line: "GET /b?versioning", operation: "GetBucketVersioning"),
    Case(line: "PUT /b?versioning", operation: "PutBucketVersioning"),
    Case(line: "GET /b", operation: "ListObjects"),
    Case(line: "GET /b?foo", operation: "ListObjects"),
    Case(line: "GET /b?list-type=1", operation: "ListObjects"),
    Case(line: "GET /b?list-type=2", operation: "ListObjectsV2"),
    Case(line: "GET /b?prefix=x&list-type=2", operation: "ListObjectsV2"),
    Case(line: "GET /b?list-type=2&list-type=1", operation: "ListObjectsV2"),
    Case(line: "GET /b?versions", operation: "ListObjectVersions"),
    Case(line: "GET /b?uploads", operation: "ListMultipartUploads"),
    Case(line: "GET /b?analytics", operation: "ListBucketAnalyticsConfigurations"),
    Case(line: "GET /b?analytics&id=x", operation: "GetBucketAnalyticsConfiguration"),
    Case(line: "POST /b?delete", operation: "DeleteObjects"),
    Case(line: "POST /b", operation: "PostObject"),
    Case(
      line: "POST /WriteGetObjectResponse",
      headers: ["x-amz-request-route: r", "x-amz-request-token: t"], operation: "WriteGetObjectResponse"),
    Case(line: "PUT /b/k", operation: "PutObject"),
    Case(line: "PUT /b/k", headers: ["x-amz-copy-source: b/s"], operation: "CopyObject"),
    Case(line: "PUT /b/k?partNumber=1&uploadId=u", operation: "UploadPart"),
    Case(
      line: "PUT /b/k?partNumber=1&uploadId=u", headers: ["x-amz-copy-source: b/s"],
      operation: "UploadPartCopy"),
    Case(line: "PUT /b/k?acl", headers: ["x-amz-copy-source: b/s"], operation: "PutObjectAcl"),
    Case(line: "GET /b/k", operation: "GetObject"),
    Case(line: "GET /b/k?partNumber=2", operation: "GetObject"),
    Case(line: "GET /b/k?uploads", operation: "GetObject"),
    Case(line: "GET /b/k?uploadId=u", operation: "ListParts"),
    Case(line: "GET /b/k?attributes", operation: "GetObjectAttributes"),
    Case(line: "GET /b/k?acl&versionId=v", operation: "GetObjectAcl"),
    Case(line: "HEAD /b/k", operation: "HeadObject"),
    Case(line: "HEAD /b/k?acl", operation: "HeadObject"),
    Case(line: "DELETE /b/k?versionId=v", operation: "DeleteObject"),
    Case(line: "DELETE /b/k?uploadId=u", operation: "AbortMultipartUpload"),
    Case(line: "DELETE /b/k?tagging", operation: "DeleteObjectTagging"),
    Case(line: "POST /b/k?uploads", operation: "CreateMultipartUpload"),
    Case(line: "POST /b/k?uploadId=u", operation: "CompleteMultipartUpload"),
    Case(line: "POST /b/k?restore", operation: "RestoreObject"),
    Case(line: "POST /b/k?select&select-type=2", operation: "SelectObjectContent"),
  ]

  @Test(arguments: routes) func finds(_ example: Case) throws {
    let request = try makeRequest(example.line, example.headers)
    #expect(try route(request) == example.operation)
  }

  static let refusals: [(line: String, elements: [String], allow: String?)] = [
    ("POST /", ["Method=POST", "ResourceType=SERVICE"], "GET"),
    ("PUT /", ["Method=PUT", "ResourceType=SERVICE"], "GET"),
    ("DELETE /", ["Method=DELETE", "ResourceType=SERVICE"], "GET"),
    ("PATCH /b", ["Method=PATCH", "ResourceType=BUCKET"], "GET, HEAD, PUT, POST, DELETE"),
    ("POST /b/k", ["Method=POST", "ResourceType=OBJECT"], "GET, HEAD, PUT, DELETE"),
    ("BREW /b/k", ["Method=BREW", "ResourceType=OBJECT"], "GET, HEAD, PUT, DELETE"),
    ("DELETE /b?location", ["Method=DELETE", "ResourceType=LOCATION"], "GET"),
    ("DELETE /b/k?acl", ["Method=DELETE", "ResourceType=ACL"], "GET, PUT"),
    ("PUT /b/k?uploads", ["Method=PUT", "ResourceType=UPLOADS"], "POST"),
    ("DELETE /b?delete", ["Method=DELETE", "ResourceType=DELETE"], "POST"),
  ]

  /// A sub-resource that the method does not have must not fall through to something that writes.
  @Test(arguments: refusals) func refuses(_ line: String, _ expected: [String], _ allow: String?) throws {
    let request = try makeRequest(line)
    let error = try #require(refusal { () throws(S3Error) in _ = try route(request) })
    #expect(error.code == .methodNotAllowed)
    #expect(elements(error) == expected)
    #expect(error.headers.first?.value == allow)
  }

  @Test func refusesTwoSubresources() throws {
    let request = try makeRequest("GET /b?acl&policy")
    let error = try #require(refusal { () throws(S3Error) in _ = try route(request) })
    #expect(error.code == .invalidArgument)
    #expect(error.message == "Conflicting query string parameters: acl, policy")
    #expect(elements(error) == ["ArgumentName=ResourceType", "ArgumentValue=acl"])
  }

  private func route(_ request: APIRequest) throws(S3Error) -> String {
    try OperationTable.router.match(
      request.head.method, request.target.scope, request.query, request.headers, .s3
    ).spec.name
  }
}
