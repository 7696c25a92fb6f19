package import Objects
package import Primitives

/// `<Retention><Mode/><RetainUntilDate/></Retention>`; an empty one removes what there is.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ObjectLockRetention.html>
package enum RetentionDocument {
  /// Reads one; nil for an empty one.
  ///
  /// - Throws: MalformedXML for what the schema does not have and for one half of it, InvalidArgument for a date that
  ///   is past, NotImplemented for event holds.
  package static func read(_ root: XMLElement, now: Timestamp) throws(S3Error) -> Retention? {
    for name in ["EventHold", "EventHoldDuration"] where root.first(name) != nil {
      throw .notImplemented(element: name)
    }
    guard !root.children.isEmpty else { return nil }
    guard root.children.count == 2, let mode = root.string("Mode").flatMap({ RetentionMode(name: $0) }),
      let text = root.string("RetainUntilDate"), let until = Timestamp(iso8601: text.utf8)
    else { throw S3Error(.malformedXML) }
    guard now < until else {
      throw .invalidArgument("RetainUntilDate", text, "The retain until date must be in the future!")
    }
    return Retention(mode: mode, until: until)
  }
}
