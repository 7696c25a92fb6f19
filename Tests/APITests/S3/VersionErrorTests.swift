import Primitives
import Testing

@testable import API
@testable import HTTP
@testable import Objects

/// Delete markers, locks and moments in S3's words.
@Suite struct VersionErrorTests {
  private static func marker(isNamed: Bool) -> ObjectError {
    .deleteMarker(
      DeleteMarkerInfo(
        key: key("k"), label: .id(Fixture.version), lastModified: testTime, isNamed: isNamed))
  }

  private static let headers = ["x-amz-delete-marker: true", "x-amz-version-id: 0000000000000001"]

  private func error(_ failure: ObjectError, _ line: String, _ headers: [String] = []) throws -> S3Error {
    S3Error(failure, try makeRequest(line, headers))
  }

  private func lines(_ error: S3Error) -> [String] { error.headers.map { "\($0.name): \($0.value)" } }

  @Test(arguments: ["GET /b/k", "HEAD /b/k", "GET /b/k?tagging"])
  func aHiddenKeyReadsAsAbsent(_ line: String) throws {
    let error = try error(Self.marker(isNamed: false), line)
    #expect(error.code == .noSuchKey)
    #expect(error.status == 404)
    #expect(elements(error) == ["Key=k"])
    #expect(lines(error) == Self.headers)
  }

  @Test(arguments: ["GET /b/k?versionId=1", "HEAD /b/k?versionId=1", "GET /b/k?retention&versionId=1"])
  func aMarkerIsNoObject(_ line: String) throws {
    let error = try error(Self.marker(isNamed: true), line)
    #expect(error.code == .methodNotAllowed)
    #expect(error.status == 405)
    #expect(
      lines(error) == ["Allow: DELETE"] + Self.headers + ["Last-Modified: Fri, 02 Jan 2026 03:04:05 GMT"])
  }

  @Test(arguments: [true, false]) func aMarkerTakesNoTags(_ isNamed: Bool) throws {
    #expect(try error(Self.marker(isNamed: isNamed), "PUT /b/k?tagging").status == 405)
    #expect(try error(Self.marker(isNamed: isNamed), "DELETE /b/k?tagging").status == 405)
  }

  @Test func aMarkerIsNoSource() throws {
    let source = ["x-amz-copy-source: b/k"]
    let hidden = try error(Self.marker(isNamed: false), "PUT /b/copy", source)
    #expect(hidden.code == .noSuchKey)
    #expect(hidden.headers.isEmpty)
    let named = try error(Self.marker(isNamed: true), "PUT /b/copy", source)
    #expect(named.code == .invalidRequest)
  }

  static let mappings: [(failure: ObjectError, code: S3ErrorCode, status: Int)] = [
    (.noSuchVersion(key("k"), version: .foreign("x")), .noSuchVersion, 404),
    (.locked(key("k")), .accessDenied, 403),
    (.objectLockMissing, .invalidRequest, 400),
    (.noObjectLockOnVersion(key("k")), .noSuchObjectLockConfiguration, 404),
    (.invalidBucketState(.versioningNotEnabled), .invalidBucketState, 409),
    (.invalidBucketState(.objectLockForbidsSuspension), .invalidBucketState, 409),
    (.momentInFuture(Moment(testTime)), .invalidArgument, 400),
    (.notRestorable(asOf: Moment(testTime), earliest: nil), .invalidRequest, 400),
  ]

  @Test(arguments: mappings) func maps(_ failure: ObjectError, _ code: S3ErrorCode, _ status: Int) throws {
    let error = try error(failure, "GET /b/k")
    #expect(error.code == code)
    #expect(error.status == status)
  }

  @Test func saysWhatIsThere() throws {
    let version = try error(.noSuchVersion(key("k"), version: .foreign("x")), "GET /b/k")
    #expect(elements(version) == ["Key=k", "VersionId=x"])
    let locked = try error(.locked(key("k")), "DELETE /b/k?versionId=1")
    #expect(locked.message == "Access Denied because object protected by object lock.")
    let past = try error(
      .notRestorable(asOf: Moment(Timestamp(seconds: 0)), earliest: Moment(testTime)), "GET /b/k")
    #expect(past.message.contains("1970-01-01T00:00:00.000Z"))
    #expect(past.message.contains("2026-01-02T03:04:05.678Z"))
  }
}
