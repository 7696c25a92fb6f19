import HTTP
import Primitives

/// The headers that OSS's signatures cover.
enum OSSCanonicalHeaders {
  /// Appends `name:value` LF of each header whose name is wanted, sorted; fields of one name are joined by commas,
  /// values trimmed.
  static func append(
    _ headers: HeaderFields, to text: inout [UInt8], where isWanted: (Span<UInt8>) -> Bool
  ) {
    var wanted: [Int] = []
    var index = 0
    headers.forEachName { name in
      if isWanted(name) { wanted.append(index) }
      index += 1
    }
    // Fields of one name keep their order.
    if wanted.count > 1 {
      wanted.sort { a, b in
        let (first, second) = (headers[a].name, headers[b].name)
        return first == second ? a < b : first.lexicographicallyPrecedes(second)
      }
    }
    var previous: ArraySlice<UInt8>?
    for index in wanted {
      let field = headers[index]
      if field.name == previous {
        text[text.count - 1] = UInt8(ascii: ",")
      } else {
        text.append(field.name.span)
        text.append(UInt8(ascii: ":"))
        previous = field.name
      }
      text.append(field.value.trimmingBlanks.span)
      text.append(0x0A)
    }
  }
}
