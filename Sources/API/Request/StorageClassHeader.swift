import HTTP
package import Objects

/// The storage class that a write asks for.
package enum StorageClassHeader {
  /// The class of the header; without one the bucket's, which only OSS's clients can set to another than STANDARD.
  ///
  /// - Throws: as `named`.
  package static func read(_ request: APIRequest) throws(S3Error) -> StorageClass {
    try named(request) ?? request.bucket?.settings.storageClass ?? .standard
  }

  /// The class of the header, nil without one.
  ///
  /// - Throws: InvalidStorageClass for a name that the dialect does not have.
  package static func named(_ request: APIRequest) throws(S3Error) -> StorageClass? {
    guard let text = request.headers.first(request.names.storageClass) else { return nil }
    guard let known = request.dialect.objects.classes.storageClass(named: text) else {
      throw S3Error(.invalidStorageClass, elements: [("StorageClassRequested", text.lossyText)])
    }
    return known
  }
}
