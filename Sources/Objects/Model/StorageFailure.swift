package import Primitives

/// A failure of disks or records: nothing a client can mend.
package struct StorageFailure: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    /// Stored bytes or records are not what was written.
    case damaged
    /// No room left.
    case full
    /// A disk failed.
    case io
    /// A disk failed so often that it is only read from.
    case readOnly
    /// The server is going down.
    case closed
    /// More waits than is allowed; try later.
    case overloaded
  }

  /// Where on the volumes the bytes are that are concerned.
  package struct Place: Hashable, Sendable {
    /// The volume's number.
    package let volume: UInt16
    /// The segment's number within the volume, where one is concerned.
    package let segment: UInt32?
    /// Bytes from the start of the segment file, where that is known.
    package let offset: UInt64?

    /// A place; leave out what is not known.
    package init(volume: UInt16, segment: UInt32? = nil, offset: UInt64? = nil) {
      self.volume = volume
      self.segment = segment
      self.offset = offset
    }
  }

  /// The object whose bytes or record are concerned: not always the one that was asked for, as with copies.
  package struct Subject: Hashable, Sendable {
    /// The bucket's name.
    package let bucket: String
    package let key: ObjectKey
    /// Nil when the record that would tell cannot be read.
    package let version: VersionID?

    /// Names an object.
    package init(bucket: String, key: ObjectKey, version: VersionID?) {
      self.bucket = bucket
      self.key = key
      self.version = version
    }
  }

  package let code: Code
  /// For logs; never for clients.
  package let message: String
  /// Nil when metadata is concerned, or the disk as a whole.
  package var place: Place?
  /// Nil when none is concerned, or it is not known which.
  package var subject: Subject?
  /// Whether a commit failed of which only the next start tells whether it happened.
  var mayHaveCommitted = false

  /// A failure of a kind, with a sentence for the log.
  package init(_ code: Code, _ message: String, place: Place? = nil, subject: Subject? = nil) {
    self.code = code
    self.message = message
    self.place = place
    self.subject = subject
  }

  /// One line with everything that is known.
  package var description: String {
    var text = "\(code): \(message)"
    if let place {
      text += ", volume \(place.volume)"
      if let segment = place.segment { text += ", segment \(segment)" }
      if let offset = place.offset { text += ", offset \(offset)" }
    }
    if let subject { text += ", object \(subject.bucket)/\(subject.key)" }
    return text
  }
}
