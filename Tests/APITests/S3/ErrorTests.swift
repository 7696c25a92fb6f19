import HTTP
import Objects
import Primitives
import Testing

@testable import API

@Suite struct ErrorTests {
  @Test func documentIsS3s() {
    let error = S3Error.invalidArgument("max-keys", "a<b&\"c\"", "Provided max-keys not an integer")
    #expect(
      text(ErrorDocument.write(error, testIdentifiers)) == """
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>InvalidArgument</Code><Message>Provided max-keys not an integer</Message>\
        <ArgumentName>max-keys</ArgumentName><ArgumentValue>a&lt;b&amp;&quot;c&quot;</ArgumentValue>\
        <RequestId>0123456789ABCDEF</RequestId><HostId>aG9zdA==</HostId></Error>
        """)
  }

  struct Mapping: Sendable, CustomTestStringConvertible {
    let error: ObjectError
    let code: S3ErrorCode
    var elements: [String] = []
    var message: String?
    var testDescription: String { "\(error)" }
  }

  static let tag = String(repeating: "ab", count: 16)
  static let mappings: [Mapping] = [
    Mapping(error: .noSuchBucket(name: "b"), code: .noSuchBucket, elements: ["BucketName=b"]),
    Mapping(error: .bucketAlreadyExists(name: "b"), code: .bucketAlreadyExists, elements: ["BucketName=b"]),
    Mapping(
      error: .bucketAlreadyOwnedByYou(bucketInfo("b")), code: .bucketAlreadyOwnedByYou,
      elements: ["BucketName=b"]),
    Mapping(error: .bucketNotEmpty(name: "b"), code: .bucketNotEmpty, elements: ["BucketName=b"]),
    Mapping(error: .noSuchKey(key("k é")), code: .noSuchKey, elements: ["Key=k é"]),
    Mapping(
      error: .preconditionFailed(.ifMatch), code: .preconditionFailed, elements: ["Condition=If-Match"]),
    Mapping(
      error: .preconditionFailed(.copySourceIfNoneMatch), code: .preconditionFailed,
      elements: ["Condition=x-amz-copy-source-If-None-Match"]),
    Mapping(
      error: .entityTooLarge(proposed: 6, maximum: 5), code: .entityTooLarge,
      elements: ["ProposedSize=6", "MaxSizeAllowed=5"]),
    Mapping(
      error: .entityTooLarge(proposed: nil, maximum: 5), code: .entityTooLarge, elements: ["MaxSizeAllowed=5"]
    ),
    Mapping(
      error: .incompleteBody(expected: 10, provided: 3), code: .incompleteBody,
      elements: ["NumberBytesExpected=10", "NumberBytesProvided=3"]),
    Mapping(
      error: .contentMD5Mismatch(expected: [0xAB, 0xCD], calculated: [0, 1, 2]), code: .badDigest,
      elements: ["ExpectedDigest=abcd", "CalculatedDigest=AAEC"]),
    Mapping(
      error: .checksumMismatch(.crc32c), code: .badDigest,
      message: "The CRC32C you specified did not match the calculated checksum."),
    Mapping(
      error: .invalidPartNumber(requested: 3, actual: 2), code: .invalidPartNumber,
      elements: ["PartNumberRequested=3", "ActualPartCount=2"]),
    Mapping(
      error: .copySourceTooLarge(size: 6, maximum: 5), code: .invalidRequest,
      message: "The specified copy source is larger than the maximum allowable size for a copy source: 5"),
    Mapping(error: .copyOntoItselfUnchanged, code: .invalidRequest),
    Mapping(
      error: .copyRangeOutOfBounds(sourceSize: 9), code: .invalidArgument,
      elements: ["ArgumentName=x-amz-copy-source-range", "ArgumentValue=bytes=0-99"],
      message: "Range specified is not valid for source object of size: 9"),
    Mapping(error: .noSuchUpload(id: "u"), code: .noSuchUpload, elements: ["UploadId=u"]),
    Mapping(
      error: .partNumberOutOfRange(number: 0, maximum: 10_000), code: .invalidArgument,
      elements: ["ArgumentName=partNumber", "ArgumentValue=0"],
      message: "Part number must be an integer between 1 and 10000, inclusive"),
    Mapping(error: .noParts, code: .malformedXML),
    Mapping(
      error: .invalidPart(uploadID: "u", number: 2, etag: "e"), code: .invalidPart,
      elements: ["UploadId=u", "PartNumber=2", "ETag=e"]),
    Mapping(
      error: .invalidPartOrder(uploadID: "u", number: 2, etag: "e"), code: .invalidPartOrder,
      elements: ["UploadId=u", "PartNumber=2", "ETag=e"]),
    Mapping(
      error: .partTooSmall(
        proposed: 1, minimum: 5, number: 2, etag: ETag(md5: Array(repeating: 0xAB, count: 16))),
      code: .entityTooSmall,
      elements: ["ProposedSize=1", "MinSizeAllowed=5", "PartNumber=2", "ETag=\(tag)"]),
    Mapping(
      error: .checksumAlgorithmMismatch(expected: nil, actual: .crc32c), code: .invalidRequest,
      message: "Checksum Type mismatch occurred, expected checksum Type: null, actual checksum Type: crc32c"),
    Mapping(error: .checksumTypeMismatch(created: .fullObject), code: .invalidRequest),
    Mapping(
      error: .partChecksumMissing(.crc32c, number: 1), code: .invalidRequest,
      message: """
        The upload was created using a crc32c checksum. The complete request must include the checksum for \
        each part. It was missing for part 1 in the request.
        """),
    Mapping(
      error: .checksumTypeUnsupported(.sha256, .fullObject), code: .invalidRequest,
      message: "The FULL_OBJECT checksum type cannot be used with the sha256 checksum algorithm."),
    Mapping(error: .checksumTypeWithoutAlgorithm, code: .invalidRequest),
    Mapping(error: .objectSizeMismatch(declared: 1, actual: 2), code: .invalidRequest),
    Mapping(
      error: .invalidUploadIDMarker("m"), code: .invalidArgument,
      elements: ["ArgumentName=upload-id-marker", "ArgumentValue=m"], message: "Invalid uploadId marker"),
    Mapping(error: .conflict, code: .operationAborted),
    Mapping(error: .storage(StorageFailure(.damaged, "segment 3")), code: .internalError),
    Mapping(error: .storage(StorageFailure(.io, "disk")), code: .internalError),
    Mapping(error: .storage(StorageFailure(.full, "disk")), code: .insufficientStorage),
    Mapping(error: .storage(StorageFailure(.readOnly, "disk")), code: .serviceUnavailable),
    Mapping(error: .storage(StorageFailure(.closed, "")), code: .serviceUnavailable),
    Mapping(error: .storage(StorageFailure(.overloaded, "")), code: .slowDown),
    Mapping(
      error: .body(ObjectBodyError(underlying: BodyError.incomplete(expected: 2, provided: 1))),
      code: .incompleteBody, elements: ["NumberBytesExpected=2", "NumberBytesProvided=1"]),
    Mapping(
      error: .body(ObjectBodyError(underlying: BodyReadError.timedOut)), code: .requestTimeout),
  ]

  @Test(arguments: mappings) func mapsObjectErrors(_ mapping: Mapping) throws {
    let request = try makeRequest("PUT /b/k", ["x-amz-copy-source-range: bytes=0-99"])
    let error = S3Error(mapping.error, request)
    #expect(error.code == mapping.code)
    #expect(error.status == mapping.code.status)
    if !mapping.elements.isEmpty { #expect(elements(error) == mapping.elements) }
    if let message = mapping.message { #expect(error.message == message) }
  }

  @Test func aConditionalWriteThatRacesSaysSo() throws {
    let plain = S3Error(.conflict, try makeRequest("PUT /b/k"))
    #expect(plain.code == .operationAborted)
    let conditional = S3Error(.conflict, try makeRequest("PUT /b/k", ["If-Match: x"]))
    #expect(conditional.code == .conditionalRequestConflict)
  }

  /// What broke is for the log; the client learns nothing of disks.
  @Test func storageFailuresAreNotTold() throws {
    let request = try makeRequest("GET /b/k")
    let error = S3Error(.storage(StorageFailure(.damaged, "volume 3, segment 9")), request)
    #expect(!text(ErrorDocument.write(error, testIdentifiers)).contains("volume"))
    #expect(request.outcome.failure == StorageFailure(.damaged, "volume 3, segment 9"))
  }

  @Test func signatureErrorsKeepTheirFields() {
    let error = S3Error(SignatureError.unknownAccessKey("AKIAX"))
    #expect(error.code.name == "InvalidAccessKeyId")
    #expect(error.status == 403)
    #expect(elements(error) == ["AWSAccessKeyId=AKIAX"])
  }

  @Test(arguments: RequestProblem.allCases) func problemsOfHTTPKeepTheirStatus(_ problem: RequestProblem) {
    let error = S3Error(problem)
    #expect(error.status == problem.status)
    #expect(!error.message.isEmpty)
  }

  @Test func statusesAreThoseOfTheDocumentation() {
    let expected: [(S3ErrorCode, Int)] = [
      (.accessDenied, 403), (.noSuchKey, 404), (.methodNotAllowed, 405), (.bucketNotEmpty, 409),
      (.preconditionFailed, 412), (.invalidRange, 416), (.conditionalRequestConflict, 409),
      (.internalError, 500), (.notImplemented, 501), (.slowDown, 503), (.insufficientStorage, 507),
      (.requestTimeout, 400), (.invalidPartNumber, 416), (.keyTooLong, 400), (.operationAborted, 409),
    ]
    for (code, status) in expected { #expect(code.status == status, "\(code)") }
    for code in S3ErrorCode.allCases { #expect((400...507).contains(code.status) && !code.message.isEmpty) }
  }
}
