import HTTP
package import Objects

/// The storage class that a write asks for.
package enum StorageClassHeader {
  /// The class of the header, `.standard` without one.
  ///
  /// - Throws: InvalidStorageClass for a name that the dialect does not have, NotImplemented for a class that is not
  ///   built: to store such an object as STANDARD would be to lie about it.
  package static func read(_ request: APIRequest) throws(S3Error) -> StorageClass {
    let (dialect, name) = (request.dialect, request.names.storageClass)
    guard let text = request.headers.string(name) else { return .standard }
    if let known = StorageClass.allCases.first(where: { "\(dialect.name(of: $0))" == text }) { return known }
    guard dialect.objects.otherClasses.contains(text) else {
      throw S3Error(.invalidStorageClass, elements: [("StorageClassRequested", text)])
    }
    throw .notImplemented(header: "\(name)")
  }
}
