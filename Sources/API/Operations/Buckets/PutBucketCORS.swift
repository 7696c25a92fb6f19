import HTTP
package import Objects

/// Gives a bucket other cross-origin rules. S3 and OSS `PutBucketCors`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketcors>
package enum PutBucketCORS: Operation {
  package static let spec = OperationSpec(
    "PutBucketCors", .put, .bucket, subresource: "cors", action: "s3:PutBucketCORS",
    body: .buffered(limit: 64 << 10), cost: .control, logName: "REST.PUT.CORS",
    errors: [
      .accessDenied, .badDigest, .invalidRequest, .malformedXML, .missingRequestBody, .noSuchBucket,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) -> CrossOriginRules {
    try PayloadIntegrity.demand(request)
    return try CrossOriginDocument.read(
      RequestDocument.parse(request.payload, root: "CORSConfiguration"), request.dialect.crossOrigin)
  }

  package static func perform(
    _ rules: CrossOriginRules, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {
    _ = try await services.store.setCrossOrigin(rules, of: request.knownBucket)
  }

  package static func encode(
    _ output: Void, _ rules: CrossOriginRules, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    .complete(request.reply(200))
  }
}
