import HTTP
import Primitives

/// Builds the canonical request of a received request, in one buffer.
enum CanonicalRequest {
  /// `signedHeaders` is the list as the client sent it, `a;b;c`; its order is honoured. `payload` is the last
  /// line. `isPresigned` leaves `X-Amz-Signature` out of the query.
  ///
  /// Throws `headersNotSigned` if `host` or an `x-amz-*` header is not covered, `malformedComponent` if the
  /// list repeats a name or is absurdly long.
  static func build(
    _ head: RequestHead, signedHeaders: ArraySlice<UInt8>, payload: ArraySlice<UInt8>, isPresigned: Bool
  ) throws(SignatureError) -> [UInt8] {
    let path = head.path
    let query = head.query ?? []
    var text: [UInt8] = []
    text.reserveCapacity(512 + path.count + query.count)
    text.append(contentsOf: head.method.name.utf8)
    text.append(newline)
    SigV4Canonical.appendPath(path, to: &text)
    text.append(newline)
    SigV4Canonical.appendQuery(query, omittingSignature: isPresigned, to: &text)
    text.append(newline)
    try appendHeaders(head.headers, signedHeaders, to: &text)
    text.append(newline)
    text.append(contentsOf: signedHeaders)
    text.append(newline)
    text.append(contentsOf: payload)
    return text
  }

  /// Appends a line for each signed name. A name that the request does not carry has an empty value: the
  /// client cannot have signed that, so the signature decides.
  private static func appendHeaders(
    _ headers: HeaderFields, _ signedHeaders: ArraySlice<UInt8>, to text: inout [UInt8]
  ) throws(SignatureError) {
    var fields: [Field] = []
    fields.reserveCapacity(headers.count)
    for index in 0..<headers.count {
      let (name, value) = headers[index]
      fields.append(Field(name: name, value: value))
    }
    var start = signedHeaders.startIndex
    var count = 0
    while start <= signedHeaders.endIndex {
      let end = signedHeaders[start...].firstIndex(of: UInt8(ascii: ";")) ?? signedHeaders.endIndex
      let name = signedHeaders[start..<end]
      count += 1
      guard !name.isEmpty, count <= SigningLimits.signedHeaders else {
        throw .malformedComponent("SignedHeaders=" + signedHeaders.lossyText)
      }
      text.append(contentsOf: name)
      text.append(UInt8(ascii: ":"))
      var isFirst = true
      for index in fields.indices where fields[index].name == name {
        // A second mention would let a small list blow up the canonical request.
        guard !fields[index].isSigned else {
          throw .malformedComponent("SignedHeaders=" + signedHeaders.lossyText)
        }
        fields[index].isSigned = true
        if !isFirst { text.append(UInt8(ascii: ",")) }
        isFirst = false
        SigV4Canonical.appendHeaderValue(fields[index].value, to: &text)
      }
      text.append(newline)
      start = end + 1
    }
    try checkCoverage(fields)
  }

  private static func checkCoverage(_ fields: [Field]) throws(SignatureError) {
    var missing: [String] = []
    for field in fields where !field.isSigned {
      if field.name.matches("host") || field.name.starts(with: "x-amz-") {
        missing.append(field.name.lossyText)
      }
    }
    if !missing.isEmpty { throw .headersNotSigned(missing.sorted()) }
  }

  private struct Field {
    let name: ArraySlice<UInt8>
    let value: ArraySlice<UInt8>
    var isSigned = false
  }

  private static let newline: UInt8 = 0x0A
}
