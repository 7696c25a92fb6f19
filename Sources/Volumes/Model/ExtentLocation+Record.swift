package import Primitives

/// The form of a location inside a metadata record.
extension ExtentLocation {
  /// Appends the location to a record: five variable-length integers, 8 to 20 bytes in practice.
  package func encode(to writer: inout ByteWriter) {
    writer.varint(UInt64(volume))
    writer.varint(UInt64(segment))
    writer.varint(offset)
    writer.varint(UInt64(headerLength))
    writer.varint(length)
  }

  /// Reads what `encode` wrote; throws on bytes that cannot be a location.
  package init(decoding reader: inout ByteReader) throws(RecordError) {
    guard let volume = UInt16(exactly: try reader.varint()) else { throw .badValue("volume of an extent") }
    guard let segment = UInt32(exactly: try reader.varint()) else { throw .badValue("segment of an extent") }
    let offset = try reader.varint()
    guard let headerLength = UInt16(exactly: try reader.varint()) else {
      throw .badValue("header length of an extent")
    }
    let length = try reader.varint()
    self.init(volume: volume, segment: segment, offset: offset, length: length, headerLength: headerLength)
    guard isPlausible else { throw .badValue("place of an extent") }
  }
}
