/// How the requests of a dialect prove who sends them.
struct SignatureSpelling: Sendable {
  /// Whose rules the header or the parameters follow.
  let service: SignedService
  /// A failed proof, in the words of the dialect.
  let refusal: @Sendable (SignatureError) -> S3Error
}
