import Primitives

/// Tags as a field of a record: count (varint), then key and value (strings) of each.
enum TagCoding {
  /// Appends the field; nothing when there are no tags.
  static func encode(_ tags: TagSet, to writer: inout ByteWriter) {
    if tags.isEmpty { return }
    var value = ByteWriter(capacity: 64)
    value.varint(UInt64(tags.tags.count))
    for tag in tags.tags {
      value.string(tag.key)
      value.string(tag.value)
    }
    writer.field(RecordTag.tags, value.bytes)
  }

  static func decode(_ field: ArraySlice<UInt8>) throws(RecordError) -> TagSet {
    var reader = ByteReader(Array(field))
    var tags: [TagSet.Tag] = []
    for _ in 0..<(try reader.count("tags")) {
      tags.append(TagSet.Tag(key: try reader.string(), value: try reader.string()))
    }
    try reader.expectEnd()
    return TagSet(tags)
  }
}
