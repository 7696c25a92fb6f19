import Primitives

/// The parameters of a query, decoded, as OSS's signatures see them: in them `+` is a blank.
struct OSSQuery {
  struct Parameter {
    let name: [UInt8]
    let value: [UInt8]
  }

  let parameters: [Parameter]

  /// Throws `malformedComponent` for an escape that does not decode.
  init(_ query: ArraySlice<UInt8>?) throws(SignatureError) {
    var parameters: [Parameter] = []
    for pair in (query ?? []).split(separator: UInt8(ascii: "&")) {
      let mark = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      guard let name = PercentEncoding.decode(pair[..<mark], plusIsSpace: true),
        let value = PercentEncoding.decode(pair[mark...].dropFirst(), plusIsSpace: true)
      else { throw .malformedComponent(pair.lossyText) }
      parameters.append(Parameter(name: name, value: value))
    }
    self.parameters = parameters
  }

  /// The value of the first parameter of that name, since of repeated ones the first wins.
  func first(_ name: StaticString) -> ArraySlice<UInt8>? {
    parameters.first { $0.name[...].matches(name) }.map { $0.value[...] }
  }

  /// Whether a parameter is there twice, so that what was signed and what is obeyed might differ.
  func repeats(_ name: StaticString) -> Bool {
    parameters.count { $0.name[...].matches(name) } > 1
  }
}
