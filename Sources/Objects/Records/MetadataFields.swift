import Primitives

/// The fields that object and upload records share: owner, system and user metadata, tags and lock.
struct MetadataFields: Hashable, Sendable {
  /// Nil: the bucket's owner.
  var owner: PrincipalID?
  var system = SystemMetadata()
  var user = UserMetadata()
  var tags = TagSet()
  var retention: Retention?
  /// Nil: never set.
  var legalHold: Bool?

  /// Owner and metadata, which stand before an object's content.
  func encode(to writer: inout ByteWriter) {
    writer.field(RecordTag.owner, owner?.string)
    writer.field(RecordTag.contentType, system.contentType)
    writer.field(RecordTag.cacheControl, system.cacheControl)
    writer.field(RecordTag.contentDisposition, system.contentDisposition)
    writer.field(RecordTag.contentEncoding, system.contentEncoding)
    writer.field(RecordTag.contentLanguage, system.contentLanguage)
    writer.field(RecordTag.expires, system.expires)
    writer.field(RecordTag.websiteRedirectLocation, system.websiteRedirectLocation)
    for entry in user.entries {
      var value = ByteWriter(capacity: entry.name.utf8.count + entry.value.utf8.count + 2)
      value.string(entry.name)
      value.raw(entry.value.utf8)
      writer.u8(RecordTag.userMetadata)
      writer.bytes(value.bytes)
    }
  }

  /// Tags and lock, which stand behind an object's content.
  func encodeAttributes(to writer: inout ByteWriter) {
    TagCoding.encode(tags, to: &writer)
    if let retention {
      var value = ByteWriter(capacity: 9)
      value.u8(retention.mode.rawValue)
      value.i64(retention.until.milliseconds)
      writer.field(RecordTag.retention, value.bytes)
    }
    if let legalHold { writer.field(RecordTag.legalHold, [legalHold ? 1 : 0]) }
  }
}

extension MetadataFields {
  /// Takes a field of a record that is walked, if it is one of these; others are somebody else's. User metadata
  /// gathers in `entries`, of which `user` is made at the end.
  mutating func take(
    _ tag: UInt8, _ value: ArraySlice<UInt8>, _ entries: inout [UserMetadata.Entry]
  ) throws(RecordError) {
    switch tag {
    case RecordTag.owner: owner = PrincipalID(Self.text(value))
    case RecordTag.contentType: system.contentType = Self.text(value)
    case RecordTag.cacheControl: system.cacheControl = Self.text(value)
    case RecordTag.contentDisposition: system.contentDisposition = Self.text(value)
    case RecordTag.contentEncoding: system.contentEncoding = Self.text(value)
    case RecordTag.contentLanguage: system.contentLanguage = Self.text(value)
    case RecordTag.expires: system.expires = Self.text(value)
    case RecordTag.websiteRedirectLocation: system.websiteRedirectLocation = Self.text(value)
    case RecordTag.userMetadata:
      var reader = ByteReader(Array(value))
      let name = try reader.string()
      entries.append(UserMetadata.Entry(name: name, value: Self.text(reader.rest()[...])))
    case RecordTag.tags: tags = try TagCoding.decode(value)
    case RecordTag.retention:
      var reader = ByteReader(Array(value))
      guard let mode = RetentionMode(rawValue: try reader.u8()) else { throw .badValue("retention mode") }
      retention = Retention(mode: mode, until: Timestamp(milliseconds: try reader.i64()))
      try reader.expectEnd()
    case RecordTag.legalHold:
      guard value.count == 1, let flag = value.first, flag <= 1 else { throw .badValue("legal hold") }
      legalHold = flag == 1
    default: break
    }
  }

  private static func text(_ value: ArraySlice<UInt8>) -> String {
    String(decoding: value, as: UTF8Text.self)
  }
}

extension ByteWriter {
  /// One field of text; nothing when there is none.
  mutating func field(_ tag: UInt8, _ text: String?) {
    guard let text else { return }
    u8(tag)
    string(text)
  }

  /// One field of bytes.
  mutating func field(_ tag: UInt8, _ value: [UInt8]) {
    u8(tag)
    bytes(value)
  }
}

extension ByteReader {
  /// The next field: its tag and bytes; nil at the end. Tags must not descend.
  mutating func field(after last: UInt8) throws(RecordError) -> (tag: UInt8, value: ArraySlice<UInt8>)? {
    guard !isAtEnd else { return nil }
    let tag = try u8()
    guard tag >= last, tag > 0 else { throw .badValue("field order") }
    return (tag, try slice())
  }
}
