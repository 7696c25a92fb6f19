/// What went wrong with a volume, and where. Always the environment's doing: a full or failing disk, damaged
/// bytes, a format of a later release. Carries no payload bytes and no secrets.
package struct VolumeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What a caller can act on.
  package enum Code: String, Sendable {
    /// Bytes on disk are not what was written, or are gone. Repeating the read will not help.
    case damaged
    /// No space (ENOSPC, EDQUOT, EFBIG or the reserve is reached). Reads go on.
    case full
    /// Writes failed again and again, so no more are tried until the store is opened anew. Reads go on.
    case readOnly
    /// The operating system refused an operation; `errno` says why.
    case io
    /// Not a volume, or a format that this release does not know.
    case format
    /// Another process holds the volume.
    case inUse
    /// The store has been closed.
    case closed
  }

  /// The kind of failure.
  package let code: Code
  /// A sentence for the log.
  package let message: String
  /// The volume's number, where one is concerned.
  package let volume: UInt16?
  /// The segment's number, where one is concerned.
  package let segment: UInt32?
  /// The offset within the segment, where one is known.
  package let offset: UInt64?
  /// The operating system's error number, where it gave one.
  package let errno: Int32?

  /// An error; leave out what is not known.
  package init(
    _ code: Code, _ message: String, volume: UInt16? = nil, segment: UInt32? = nil, offset: UInt64? = nil,
    errno: Int32? = nil
  ) {
    self.code = code
    self.message = message
    self.volume = volume
    self.segment = segment
    self.offset = offset
    self.errno = errno
  }

  /// One line with everything that is known.
  package var description: String {
    var text = "\(code.rawValue): \(message)"
    if let volume { text += ", volume \(volume)" }
    if let segment { text += ", segment \(segment)" }
    if let offset { text += ", offset \(offset)" }
    if let errno { text += ", errno \(errno)" }
    return text
  }
}
