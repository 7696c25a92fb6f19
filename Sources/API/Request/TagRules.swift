package import Objects

/// What tags may be.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html>
package enum TagRules {
  /// A set of tags for an object or a bucket.
  ///
  /// - Throws: BadRequest for more than `limit`, InvalidTag for what a tag cannot be and for a key that comes twice.
  package static func set(_ tags: [TagSet.Tag], limit: Int) throws(S3Error) -> TagSet {
    guard tags.count <= limit else {
      let message =
        limit == TagSet.objectLimit
        ? "Object tags cannot be greater than \(limit)" : "Bucket tag count cannot be greater than \(limit)"
      throw S3Error(.badRequest, message: message)
    }
    // Keys are bytes; `String ==` would take some for one another.
    var keys: Set<[UInt8]> = []
    for tag in tags {
      try check(tag)
      guard keys.insert(Array(tag.key.utf8)).inserted else {
        throw S3Error(
          .invalidTag, message: "Cannot provide multiple Tags with the same key",
          elements: [("TagKey", tag.key)])
      }
    }
    return TagSet(tags)
  }

  private static func check(_ tag: TagSet.Tag) throws(S3Error) {
    let key = tag.key.unicodeScalars
    guard (1...TagSet.longestKey).contains(key.count), key.allSatisfy(isAllowed) else {
      throw S3Error(
        .invalidTag, message: "The TagKey you have provided is invalid", elements: [("TagKey", tag.key)])
    }
    guard !tag.key.utf8.starts(with: "aws:".utf8) else {
      throw S3Error(
        .invalidTag, message: "System tags cannot be added/updated by requester",
        elements: [("TagKey", tag.key)])
    }
    let value = tag.value.unicodeScalars
    guard value.count <= TagSet.longestValue, value.allSatisfy(isAllowed) else {
      throw S3Error(
        .invalidTag, message: "The TagValue you have provided is invalid",
        elements: [("TagKey", tag.key), ("TagValue", tag.value)])
    }
  }

  /// Letters, numbers and blanks of any script, and `+ - = . _ : / @`.
  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber, .spaceSeparator, .lineSeparator, .paragraphSeparator:
      true
    default: "+-=._:/@".unicodeScalars.contains(scalar)
    }
  }
}
