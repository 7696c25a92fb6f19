import HTTP
import Primitives
import Testing

@testable import API

@Suite struct ChecksumRequestTests {
  private func parse(_ headers: [(String, String)], allowsPartCount: Bool = false) throws(ChecksumError)
    -> ChecksumRequest
  {
    let lines = headers.map { "\($0.0): \($0.1)\r\n" }.joined()
    guard let head = try? Example.head("PUT /b/k HTTP/1.1\r\nHost: h\r\n\(lines)\r\n") else {
      Issue.record("no request")
      throw .unsupportedAlgorithm
    }
    return try ChecksumRequest.parse(head.headers, allowsPartCount: allowsPartCount)
  }

  private func refusal(_ headers: [(String, String)], allowsPartCount: Bool = false) -> ChecksumError? {
    do throws(ChecksumError) {
      _ = try parse(headers, allowsPartCount: allowsPartCount)
      return nil
    } catch {
      return error
    }
  }

  static let zeros: [(ChecksumAlgorithm, String)] = [
    (.crc32, "AAAAAA=="), (.crc32c, "AAAAAA=="), (.crc64nvme, "AAAAAAAAAAA="),
    (.sha1, "AAAAAAAAAAAAAAAAAAAAAAAAAAA="), (.sha256, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
  ]

  @Test(arguments: zeros.indices) func values(_ index: Int) throws {
    let (algorithm, text) = Self.zeros[index]
    let name = "X-Amz-Checksum-" + algorithm.name
    let request = try parse([(name, text), ("x-amz-sdk-checksum-algorithm", algorithm.name.lowercased())])
    #expect(request.algorithm == algorithm)
    #expect(request.expected == [UInt8](repeating: 0, count: algorithm.digestLength))
    #expect(request.trailer == nil)
    #expect(request.hasIntegrityHeader)
    for wrong in ["", "AAAA", "A", "AAAAAA=", text + "AAAA", "!" + text.dropFirst()] {
      #expect(
        refusal([(name, wrong)]) == .invalidValue(header: "x-amz-checksum-" + algorithm.headerSuffix))
    }
  }

  @Test(arguments: ChecksumAlgorithm.s3) func trailers(_ algorithm: ChecksumAlgorithm) throws {
    let request = try parse([
      ("x-amz-trailer", "X-Amz-Checksum-" + algorithm.name), ("x-amz-sdk-checksum-algorithm", algorithm.name),
    ])
    #expect(request.trailer == algorithm)
    #expect(request.algorithm == algorithm)
    #expect(request.expected == nil)
    #expect(request.hasIntegrityHeader)
  }

  @Test func nothingAsked() throws {
    let request = try parse([
      ("x-amz-checksum-mode", "ENABLED"), ("x-amz-checksum-algorithm", "CRC32"),
      ("x-amz-checksum-type", "COMPOSITE"),
    ])
    #expect(request.algorithm == nil)
    #expect(!request.hasIntegrityHeader)
  }

  @Test func contentMD5() throws {
    #expect(try parse([("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==")]).contentMD5 == MD5.hash([UInt8]()))
    for wrong in ["", "x", "AAAA", "1B2M2Y8AsgTpgAmY7PhCfg=", "d41d8cd98f00b204e9800998ecf8427e"] {
      #expect(refusal([("Content-MD5", wrong)]) == .invalidContentMD5(wrong))
    }
    let reply = ChecksumError.invalidContentMD5("x").s3
    #expect("\(reply.code)" == "InvalidDigest")
    #expect(reply.extras.map { "\($0.0)=\($0.1)" } == ["Content-MD5=x"])
  }

  @Test func contradictions() {
    let crc = ("x-amz-checksum-crc32", "AAAAAA==")
    #expect(refusal([crc, ("x-amz-checksum-crc32c", "AAAAAA==")]) == .multipleValues)
    #expect(refusal([crc, crc]) == .multipleValues)
    #expect(refusal([crc, ("x-amz-trailer", "x-amz-checksum-crc32")]) == .valueAndTrailer)
    #expect(refusal([crc, ("x-amz-sdk-checksum-algorithm", "SHA1")]) == .algorithmMismatch)
    #expect(refusal([crc, ("x-amz-sdk-checksum-algorithm", "SHA512")]) == .algorithmMismatch)
    #expect(
      refusal([("x-amz-trailer", "x-amz-checksum-crc32"), ("x-amz-sdk-checksum-algorithm", "CRC32C")])
        == .algorithmMismatch)
    #expect(refusal([("x-amz-sdk-checksum-algorithm", "CRC32")]) == .algorithmWithoutValue)
    #expect(
      refusal([("x-amz-sdk-checksum-algorithm", "CRC32"), ("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==")])
        == .algorithmWithoutValue)
  }

  @Test(arguments: [
    "x-amz-meta-a", "", "x-amz-checksum-sha512", "x-amz-checksum-", "crc32", "x-amz-checksum-crc32,x",
  ])
  func unsupportedTrailers(_ value: String) {
    #expect(refusal([("x-amz-trailer", value)]) == .unsupportedTrailer)
  }

  @Test func twoTrailers() {
    let trailer = ("x-amz-trailer", "x-amz-checksum-crc32")
    #expect(refusal([trailer, trailer]) == .unsupportedTrailer)
  }

  @Test(arguments: ["sha512", "md5", "xxhash64", "xxhash3", "xxhash128", "what"])
  func unsupportedAlgorithms(_ suffix: String) {
    #expect(refusal([("x-amz-checksum-" + suffix, "AAAAAA==")]) == .unsupportedAlgorithm)
  }

  @Test func partCounts() throws {
    let header = ("x-amz-checksum-crc32", "AAAAAA==-3")
    #expect(refusal([header]) == .invalidValue(header: "x-amz-checksum-crc32"))
    let request = try parse([header], allowsPartCount: true)
    #expect(request.expectedPartCount == 3)
    #expect(request.expected == [0, 0, 0, 0])
    #expect(try parse([("x-amz-checksum-crc32", "AAAAAA==")], allowsPartCount: true).expectedPartCount == nil)
    for wrong in ["AAAAAA==-", "AAAAAA==-0", "AAAAAA==-x", "AAAAAA==-10001", "-1", "AAAAAA==--1"] {
      #expect(
        refusal([("x-amz-checksum-crc32", wrong)], allowsPartCount: true)
          == .invalidValue(header: "x-amz-checksum-crc32"))
    }
  }

  @Test(arguments: [
    (
      ChecksumError.invalidValue(header: "x-amz-checksum-sha1"),
      "Value for x-amz-checksum-sha1 header is invalid."
    ),
    (.multipleValues, "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."),
    (.valueAndTrailer, "Expecting a single x-amz-checksum- header"),
    (.algorithmMismatch, "Value for x-amz-sdk-checksum-algorithm header is invalid."),
    (.unsupportedTrailer, "The value specified in the x-amz-trailer header is not supported"),
  ])
  func texts(_ error: ChecksumError, _ message: String) {
    #expect(error.s3.message == message)
    #expect("\(error.s3.code)" == "InvalidRequest")
    #expect(error.s3.code.status == 400)
  }
}
