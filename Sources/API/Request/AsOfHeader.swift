import HTTP
package import Objects
import Primitives

/// `x-weir-as-of: 2026-11-20T10:00:00.250Z`: what a read looks at is the bucket as it was at that moment; of a copy,
/// its source.
///
/// The id of a version, or of a restore, does as well: the moment at which it was made, exactly.
///
/// Not one of S3's. It has to be signed, as version ids in the query are: who was given a presigned URL shall not look
/// further back than its maker meant.
package enum AsOfHeader {
  package static let name: StaticString = "x-weir-as-of"

  /// The moment that the request names; nil without the header.
  ///
  /// - Throws: InvalidArgument for what is no date, InvalidRequest where the operation `spec` does not look back, and
  ///   for signatures of version 2, which do not cover the header.
  package static func read(_ request: APIRequest, _ spec: OperationSpec) throws(S3Error) -> Moment? {
    guard let value = request.headers.first(name) else { return nil }
    guard spec.looksBack else {
      throw .invalidRequest("\(name) is for reading objects; \(spec.name) does not take it.")
    }
    switch request.authentication {
    case .headerV4, .queryV4, .headerOSSV4, .queryOSSV4: break
    case .anonymous, .headerV2, .queryV2, .headerOSSV1, .queryOSSV1, .formV4, .formV2, .formOSSV1, .formOSSV4:
      throw .invalidRequest("\(name) needs a request that is signed with version 4.")
    }
    if let version = VersionID(text: value.lossyText) { return Moment(version) }
    guard let time = Timestamp(iso8601: value) else {
      throw .invalidArgument(
        "\(name)", value.lossyText,
        "The moment must be an ISO 8601 date, such as 2026-11-20T10:00:00.250Z, or the id of a version.")
    }
    return Moment(time)
  }
}
