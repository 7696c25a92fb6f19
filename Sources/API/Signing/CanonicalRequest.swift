import HTTP
import Primitives

/// Builds the canonical request of a received request, in one buffer.
enum CanonicalRequest {
  /// The list of signed headers is taken as the client sent it; its order is honoured.
  ///
  /// Throws `headersNotSigned` if `host`, an `x-amz-*` or an `x-weir-*` header is not covered,
  /// `malformedComponent` if the list repeats a name or is absurdly long.
  static func build(_ head: RequestHead, _ claim: Claim) throws(SignatureError) -> [UInt8] {
    let path = head.path
    let query = head.query
    var text: [UInt8] = []
    text.reserveCapacity(path.count + (query?.count ?? 0) + 512)
    text.append(contentsOf: head.method.name.utf8)
    text.append(newline)
    SigV4Canonical.appendPath(path.span, to: &text)
    text.append(newline)
    if let query {
      SigV4Canonical.appendQuery(query.span, omittingSignature: claim.kind == .queryV4, to: &text)
    }
    text.append(newline)
    try appendHeaders(head.headers, claim.signedHeaders, to: &text)
    text.append(newline)
    text.append(claim.signedHeaders.span)
    text.append(newline)
    claim.payload.appendLine(to: &text)
    return text
  }

  /// Appends a line for each signed name. A name that the request does not carry has an empty value: the
  /// client cannot have signed that, so the signature decides.
  private static func appendHeaders(
    _ headers: HeaderFields, _ signedHeaders: ArraySlice<UInt8>, to text: inout [UInt8]
  ) throws(SignatureError) {
    var tags: [HeaderTag] = []
    tags.reserveCapacity(headers.count)
    headers.forEachName { tags.append(HeaderTag($0)) }
    let names = signedHeaders.span
    var start = 0
    var count = 0
    while start <= names.count {
      let end = names.firstIndex(of: UInt8(ascii: ";"), in: start..<names.count) ?? names.count
      let name = names.extracting(start..<end)
      count += 1
      // A second mention of a name would let a small list blow up the canonical request.
      guard !name.isEmpty, count <= SigningLimits.signedHeaders,
        appendLine(name, headers, &tags, to: &text)
      else {
        throw .malformedComponent("SignedHeaders=" + signedHeaders.lossyText)
      }
      start = end + 1
    }
    for tag in tags where tag.isUncovered { throw uncovered(headers, tags) }
  }

  /// Appends `name:value` LF with the values of all headers of that name; false if they were signed before.
  private static func appendLine(
    _ name: Span<UInt8>, _ headers: HeaderFields, _ tags: inout [HeaderTag], to text: inout [UInt8]
  ) -> Bool {
    text.append(name)
    text.append(UInt8(ascii: ":"))
    let tag = HeaderTag(name)
    var isFirst = true
    for index in tags.indices where tags[index].mayEqual(tag) {
      let field = headers[index]
      guard field.name.equals(name) else { continue }
      guard !tags[index].isSigned else { return false }
      tags[index].isSigned = true
      if !isFirst { text.append(UInt8(ascii: ",")) }
      isFirst = false
      SigV4Canonical.appendHeaderValue(field.value.span, to: &text)
    }
    text.append(newline)
    return true
  }

  private static func uncovered(_ headers: HeaderFields, _ tags: [HeaderTag]) -> SignatureError {
    let missing = tags.indices.filter { tags[$0].isUncovered }.map { headers[$0].name.lossyText }
    return .headersNotSigned(missing.sorted())
  }

  private static let newline: UInt8 = 0x0A
}

/// What a header's name boils down to, so that names are compared as numbers first.
private struct HeaderTag {
  /// The last eight bytes of the name.
  private var tail: UInt64 = 0
  private var count: Int
  private var mustBeSigned: Bool
  var isSigned = false

  init(_ name: Span<UInt8>) {
    count = name.count
    for index in max(0, name.count - 8)..<name.count { tail = tail << 8 | UInt64(name[index]) }
    mustBeSigned =
      name.count > 6 && name.holds("x-amz-", at: 0..<6)
      || name.count > 7 && name.holds("x-weir-", at: 0..<7)
      || name.count == 4 && name.holds("host", at: 0..<4)
  }

  var isUncovered: Bool { mustBeSigned && !isSigned }

  func mayEqual(_ other: HeaderTag) -> Bool { tail == other.tail && count == other.count }
}
