import Primitives
import Testing

@testable import API
@testable import HTTP
@testable import Objects

/// The header by which a read looks back.
@Suite struct AsOfTests {
  private static let text = "2026-01-01T12:00:00.250Z"
  private static let moment = Moment(Timestamp(milliseconds: 1_767_268_800_250))

  private func read(
    _ line: String, _ value: String?, _ spec: OperationSpec = GetObject.spec,
    _ kind: AuthenticationKind = .headerV4
  ) throws(S3Error) -> Moment? {
    let request = try makeRequest(line, value.map { ["X-Weir-As-Of: \($0)"] } ?? [])
    request.authentication = kind
    return try AsOfHeader.read(request, spec)
  }

  @Test func readsMoments() throws {
    #expect(try read("GET /b/k", nil) == nil)
    #expect(try read("GET /b/k", Self.text) == Self.moment)
    #expect(try read("GET /b/k", "2026-01-01T14:00:00.25+02:00") == Self.moment)
    #expect(try read("GET /b/k", Self.text, GetObject.spec, .queryV4) == Self.moment)
  }

  @Test(arguments: ["", "yesterday", "2026-01-01", "2026-13-01T00:00:00Z", "1767268800"])
  func refusesWhatIsNoDate(_ value: String) {
    let error = refusal { () throws(S3Error) in _ = try read("GET /b/k", value) }
    #expect(error?.code == .invalidArgument)
    #expect(error.map { elements($0) } == ["ArgumentName=x-weir-as-of", "ArgumentValue=\(value)"])
  }

  @Test(arguments: [AuthenticationKind.headerV2, .queryV2])
  func refusesSignaturesThatDoNotCoverIt(_ kind: AuthenticationKind) {
    let error = refusal { () throws(S3Error) in _ = try read("GET /b/k", Self.text, GetObject.spec, kind) }
    #expect(error?.code == .invalidRequest)
  }

  /// Nothing that writes takes it, and no read that would ignore it.
  @Test func onlyReadsOfObjectsTakeIt() {
    let takers = OperationTable.rows.map(\.spec).filter { spec in
      refusal { () throws(S3Error) in _ = try read("GET /b/k", Self.text, spec) } == nil
    }
    #expect(
      Set(takers.map(\.name)) == [
        "GetObject", "HeadObject", "GetObjectAttributes", "GetObjectTagging", "GetObjectRetention",
        "GetObjectLegalHold", "CopyObject", "UploadPartCopy", "ListObjects", "ListObjectsV2",
        "ListObjectVersions",
      ])
    let error = refusal { () throws(S3Error) in _ = try read("PUT /b/k", Self.text, PutObject.spec) }
    #expect(error?.code == .invalidRequest)
  }

  @Test func listingsHandItOn() throws {
    for line in ["GET /b", "GET /b?list-type=2", "GET /b?versions"] {
      let request = try makeRequest(line)
      request.asOf = Self.moment
      let moment =
        line.hasSuffix("versions")
        ? try ListObjectVersions.decode(request).listing.asOf
        : line.hasSuffix("2")
          ? try ListObjectsV2.decode(request).listing.asOf : try ListObjects.decode(request).listing.asOf
      #expect(moment == Self.moment, "\(line)")
    }
  }
}
