package import HTTP
package import Objects
import Primitives

/// User metadata in headers.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata>
package enum MetadataHeaders {
  /// Reads the metadata of a write: fields of one name are joined, encoded words decoded.
  ///
  /// - Throws: MetadataTooLarge above the dialect's limit.
  package static func read(
    _ headers: HeaderFields, _ names: HeaderVocabulary
  ) throws(S3Error) -> UserMetadata {
    let (prefix, limit) = (names.metadataPrefix, names.metadataLimit)
    let length = prefix.utf8CodeUnitCount
    var pairs: [(name: String, value: String)] = []
    for index in 0..<headers.count {
      let (name, value) = headers[index]
      guard name.count > length, name.starts(with: prefix) else { continue }
      let key = String(decoding: name.dropFirst(length), as: Unicode.UTF8.self)
      let text = EncodedWord.decode(HeaderText.decode(value))
      if let known = pairs.firstIndex(where: { $0.name == key }) {
        pairs[known].value += "," + text
      } else {
        pairs.append((key, text))
      }
    }
    guard !pairs.isEmpty else { return UserMetadata() }
    let size = pairs.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    guard size <= limit else {
      throw S3Error(
        .metadataTooLarge, elements: [("Size", String(size)), ("MaxSizeAllowed", String(limit))])
    }
    return UserMetadata(pairs)
  }

  /// Adds an object's metadata to a reply. What no header can carry is counted instead.
  package static func add(_ metadata: UserMetadata, to head: inout ResponseHead, _ headers: HeaderVocabulary)
  {
    guard !metadata.isEmpty else { return }
    var missing = 0
    // SAFETY: the pointer and the count are the literal's own.
    let prefix = unsafe Array(
      UnsafeBufferPointer(
        start: headers.metadataPrefix.utf8Start, count: headers.metadataPrefix.utf8CodeUnitCount))
    for entry in metadata.entries {
      let name = prefix + Array(entry.name.utf8)
      if HeaderText.isPrintableASCII(entry.value) {
        head.add(name: name, value: Array(entry.value.utf8))
      } else if HeaderText.hasControlCharacters(entry.value) {
        missing += 1
      } else {
        head.add(name: name, value: Array(EncodedWord.encode(entry.value).utf8))
      }
    }
    if missing > 0 { head.add(headers.missingMetadata, missing) }
  }
}
