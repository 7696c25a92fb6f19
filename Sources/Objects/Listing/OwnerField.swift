/// Finds the owner among a record's fields without decoding the others: it has the second lowest tag.
enum OwnerField {
  static func find(_ fields: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    var index = 0
    while index + 1 < fields.count {
      // SAFETY: every index is checked against the count first.
      let tag = unsafe fields[index]
      guard tag <= RecordTag.owner else { return nil }
      var length = 0
      var shift = 0
      index += 1
      while index < fields.count {
        let byte = unsafe fields[index]
        index += 1
        length |= Int(byte & 0x7F) << shift
        shift += 7
        if byte < 0x80 || shift > 28 { break }
      }
      guard length <= fields.count - index else { return nil }
      if tag == RecordTag.owner {
        return unsafe UnsafeRawBufferPointer(rebasing: fields[index..<(index + length)])
      }
      index += length
    }
    return nil
  }
}
