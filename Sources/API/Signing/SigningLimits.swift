/// The fixed limits of authentication.
package enum SigningLimits {
  /// How far the client's clock may be from ours: 15 minutes.
  package static let skewMilliseconds: Int64 = 900_000
  /// The longest life of a presigned URL: a week, in seconds.
  package static let presignedSeconds: Int64 = 604_800
  /// Names in one `SignedHeaders` list. Far above any client; it bounds the work of canonicalisation.
  package static let signedHeaders = 256
}
