import Primitives

/// The fields that object and upload records share: owner, system and user metadata.
struct MetadataFields: Hashable, Sendable {
  /// Nil: the bucket's owner.
  var owner: PrincipalID?
  var system = SystemMetadata()
  var user = UserMetadata()

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
}

/// Collects the fields of `MetadataFields` while a record is walked.
struct MetadataFieldsDecoder {
  private var fields = MetadataFields()
  private var user: [UserMetadata.Entry] = []

  /// Takes a field if it is one of these; others are somebody else's.
  mutating func take(_ tag: UInt8, _ value: ArraySlice<UInt8>) throws(RecordError) {
    switch tag {
    case RecordTag.owner: fields.owner = PrincipalID(Self.text(value))
    case RecordTag.contentType: fields.system.contentType = Self.text(value)
    case RecordTag.cacheControl: fields.system.cacheControl = Self.text(value)
    case RecordTag.contentDisposition: fields.system.contentDisposition = Self.text(value)
    case RecordTag.contentEncoding: fields.system.contentEncoding = Self.text(value)
    case RecordTag.contentLanguage: fields.system.contentLanguage = Self.text(value)
    case RecordTag.expires: fields.system.expires = Self.text(value)
    case RecordTag.websiteRedirectLocation: fields.system.websiteRedirectLocation = Self.text(value)
    case RecordTag.userMetadata:
      var reader = ByteReader(Array(value))
      let name = try reader.string()
      user.append(UserMetadata.Entry(name: name, value: Self.text(reader.rest()[...])))
    default: break
    }
  }

  func finish() -> MetadataFields {
    var result = fields
    if !user.isEmpty { result.user = UserMetadata(user) }
    return result
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
