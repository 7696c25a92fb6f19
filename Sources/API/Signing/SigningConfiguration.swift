/// What credential scopes this server accepts.
package struct SigningConfiguration: Sendable {
  /// The server's region: the one that errors tell the client to sign for.
  package let region: String
  /// All regions accepted for `s3`, `region` among them; as bytes, to compare with requests.
  let acceptedRegions: [[UInt8]]
  /// Whether signature version 2 is accepted.
  package let allowsV2: Bool

  /// - Parameters:
  ///   - region: the server's region, e.g. `us-east-1`.
  ///   - alsoAccepted: more region names that may appear in a scope.
  ///   - allowsV2: false answers V2 with AWS's "Please use AWS4-HMAC-SHA256".
  package init(region: String, alsoAccepted: [String] = [], allowsV2: Bool = true) {
    self.region = region
    self.acceptedRegions = ([region] + alsoAccepted).map { Array($0.utf8) }
    self.allowsV2 = allowsV2
  }
}

/// The services that a scope may name here.
package enum SignedService: String, Sendable, Equatable, CaseIterable {
  case s3
  case iam
  case sts
  /// In OSS's own signatures only.
  case oss
}
