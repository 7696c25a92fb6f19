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
  /// The namespace on the root of every reply but errors.
  package let xmlNamespace: StaticString
  /// The region a bucket is in when its creation names none, and whose `GetBucketLocation` is empty.
  package let defaultRegion: String
  /// How a failure becomes a document.
  package let errorDocument: @Sendable (S3Error, RequestIdentifiers) -> [UInt8]

  package init(
    name: String, headers: HeaderVocabulary, xmlNamespace: StaticString, defaultRegion: String,
    errorDocument: @escaping @Sendable (S3Error, RequestIdentifiers) -> [UInt8]
  ) {
    self.name = name
    self.headers = headers
    self.xmlNamespace = xmlNamespace
    self.defaultRegion = defaultRegion
    self.errorDocument = errorDocument
  }
}
