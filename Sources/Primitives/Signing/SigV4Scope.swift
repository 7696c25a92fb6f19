/// A credential scope: `YYYYMMDD/region/service/aws4_request`.
package struct SigV4Scope: Hashable, Sendable {
  /// Eight digits.
  package let day: String
  package let region: String
  package let service: String

  package init(day: String, region: String, service: String) {
    self.day = day
    self.region = region
    self.service = service
  }

  /// The scope as it stands in a string to sign.
  package var text: String { "\(day)/\(region)/\(service)/\(SigV4.terminator)" }
}
