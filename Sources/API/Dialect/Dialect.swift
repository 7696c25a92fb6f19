/// A spelling of the object API: everything in which S3 and its relatives differ without differing in
/// meaning.
///
/// A dialect is a value: immutable, and boxed only because it is large. Operations take their header names,
/// namespaces and error documents from it and never ask which one it is; where two dialects differ in shape,
/// `encode` asks for a capability, and where they differ in meaning there are two operations.
package final class Dialect: Sendable {
  /// For logs and metrics.
  package let name: String
  /// The names of the dialect's own headers.
  package let headers: HeaderVocabulary
  /// Finds the operation of a request.
  package let router: Router
  /// The namespace on the root of every reply but errors; nil for none.
  package let xmlNamespace: StaticString?
  /// Whether request ids are 24 hexadecimal digits, and not 16 letters and digits.
  package let hasHexadecimalIDs: Bool
  /// The region a bucket is in when its creation names none, and whose `GetBucketLocation` is empty.
  package let defaultRegion: String
  /// What listings are like.
  package let listing: ListingSpelling
  /// What objects are like.
  package let objects: ObjectSpelling
  /// How its requests prove who sends them.
  let signatures: SignatureSpelling
  /// What the forms of browsers are like.
  let forms: FormSpelling
  /// What documents of cross-origin rules are like.
  let crossOrigin: CrossOriginDocument.Form
  /// What flow control is called.
  let flow: FlowSpelling
  /// How a failure is told.
  package let refusal: @Sendable (S3Error, RefusalContext) -> Refusal

  init(
    name: String, headers: HeaderVocabulary, router: Router, xmlNamespace: StaticString?,
    hasHexadecimalIDs: Bool, defaultRegion: String, listing: ListingSpelling, objects: ObjectSpelling,
    signatures: SignatureSpelling, forms: FormSpelling, crossOrigin: CrossOriginDocument.Form,
    flow: FlowSpelling, refusal: @escaping @Sendable (S3Error, RefusalContext) -> Refusal
  ) {
    self.name = name
    self.headers = headers
    self.router = router
    self.xmlNamespace = xmlNamespace
    self.hasHexadecimalIDs = hasHexadecimalIDs
    self.defaultRegion = defaultRegion
    self.listing = listing
    self.objects = objects
    self.signatures = signatures
    self.forms = forms
    self.crossOrigin = crossOrigin
    self.flow = flow
    self.refusal = refusal
  }
}
