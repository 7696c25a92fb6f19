import CExpat

/// Parses small untrusted XML documents with libexpat: UTF-8 whatever the declaration says, namespaces
/// resolved, no document type and so no entities but the five of XML, everything bounded by `XMLLimits`. References to
/// control characters are taken, unlike in XML 1.0 (`XMLControlReferences`).
package enum XMLReader {
  /// The root element of the document.
  package static func parse(
    _ bytes: [UInt8], limits: XMLLimits = XMLLimits()
  ) throws(XMLError) -> XMLElement {
    guard bytes.count <= limits.bytes else { throw .tooLarge(limit: limits.bytes) }
    // Expat would take UTF-16 by its byte order mark or its zeros, whatever encoding it is told.
    guard UTF8.isValid(bytes), !bytes.contains(0) else {
      throw .malformed(line: 1, column: 1, reason: "not UTF-8 text")
    }
    // SAFETY: the parser is freed below and the builder outlives every call that may reach it; the bytes live
    // for the length of XML_Parse.
    guard let parser = unsafe XML_ParserCreateNS("UTF-8", XMLTreeBuilder.separator) else {
      throw .malformed(line: 1, column: 1, reason: "out of memory")
    }
    defer { unsafe XML_ParserFree(parser) }
    let hidden = XMLControlReferences.hide(bytes)
    let builder = unsafe XMLTreeBuilder(parser: parser, limits: limits, restoresControls: hidden != nil)
    let status = withExtendedLifetime(builder) {
      builder.install()
      return unsafe (hidden ?? bytes).withUnsafeBytes {
        unsafe XML_Parse(
          parser, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count), 1)
      }
    }
    if let failure = builder.failure { throw failure }
    guard status == XML_STATUS_OK, let root = builder.root else {
      throw unsafe malformed(parser)
    }
    return root
  }

  private static func malformed(_ parser: XML_Parser) -> XMLError {
    // SAFETY: the parser is alive; expat's messages are static strings.
    let reason = unsafe XML_ErrorString(XML_GetErrorCode(parser)).map { unsafe String(cString: $0) }
    return unsafe .malformed(
      line: Int(XML_GetCurrentLineNumber(parser)), column: Int(XML_GetCurrentColumnNumber(parser)) + 1,
      reason: reason ?? "not well-formed")
  }
}
