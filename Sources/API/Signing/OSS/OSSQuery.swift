import Primitives

/// The parameters of a query, decoded, as OSS's signature version 1 sees them: in them `+` is a blank.
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
}
