import HTTP
import Primitives

/// The headers that OSS's signatures cover.
enum OSSCanonicalHeaders {
  /// Appends `name:value` LF of each header whose name is wanted, sorted; fields of one name are joined by commas,
  /// values trimmed.
  static func append(
    _ headers: HeaderFields, to text: inout [UInt8], where isWanted: (ArraySlice<UInt8>) -> Bool
  ) {
    var fields: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>, index: Int)] = []
    for index in 0..<headers.count {
      let (name, value) = headers[index]
      if isWanted(name) { fields.append((name, value.trimmingBlanks, index)) }
    }
    // Fields of one name keep their order.
    fields.sort { a, b in
      if a.name != b.name { return a.name.lexicographicallyPrecedes(b.name) }
      return a.index < b.index
    }
    var previous: ArraySlice<UInt8>?
    for field in fields {
      if field.name == previous {
        text[text.count - 1] = UInt8(ascii: ",")
      } else {
        text.append(contentsOf: field.name)
        text.append(UInt8(ascii: ":"))
        previous = field.name
      }
      text.append(contentsOf: field.value)
      text.append(0x0A)
    }
  }
}
