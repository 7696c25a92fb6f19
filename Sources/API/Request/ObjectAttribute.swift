package import HTTP

/// What GetObjectAttributes can be asked for.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html>
package enum ObjectAttribute: String, Sendable, CaseIterable {
  case etag = "ETag"
  case checksum = "Checksum"
  case objectParts = "ObjectParts"
  case storageClass = "StorageClass"
  case objectSize = "ObjectSize"

  /// Reads the header: a list, in one field or in several.
  ///
  /// - Throws: InvalidRequest without the header, InvalidArgument for an unknown name.
  package static func read(
    _ headers: HeaderFields, _ name: StaticString
  ) throws(S3Error) -> Set<ObjectAttribute> {
    let fields = headers.all(name)
    guard !fields.isEmpty else {
      throw .invalidRequest("Missing required header for this request: \(name)")
    }
    var attributes: Set<ObjectAttribute> = []
    for field in fields {
      for piece in field.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
        let text = String(decoding: piece.trimmingBlanks, as: Unicode.UTF8.self)
        guard let attribute = ObjectAttribute(rawValue: text) else {
          throw .invalidArgument("\(name)", text, "Invalid attribute name specified.")
        }
        attributes.insert(attribute)
      }
    }
    return attributes
  }
}
