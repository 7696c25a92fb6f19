package import Objects
package import Primitives

/// `RefererConfiguration`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketreferer>
package enum RefererDocument {
  /// Reads one.
  ///
  /// - Throws: MalformedXML for what the schema does not have, InvalidArgument for a path that is left out though the
  ///   query is not.
  package static func read(_ root: XMLElement) throws(S3Error) -> RefererRules {
    let known: Set<String> = [
      "AllowEmptyReferer", "AllowTruncateQueryString", "TruncatePath", "RefererList", "RefererBlacklist",
    ]
    guard root.children.allSatisfy({ known.contains($0.name) }), root.first("AllowEmptyReferer") != nil,
      root.first("RefererList") != nil
    else { throw S3Error(.malformedXML) }
    var rules = RefererRules()
    rules.allowsEmpty = try flag(root, "AllowEmptyReferer", otherwise: true)
    rules.ignoresQuery = try flag(root, "AllowTruncateQueryString", otherwise: true)
    rules.ignoresPath = try flag(root, "TruncatePath", otherwise: false)
    guard rules.ignoresQuery || !rules.ignoresPath else {
      throw .invalidArgument("TruncatePath", "true", "TruncatePath needs AllowTruncateQueryString.")
    }
    rules.allowed = try pages(root.first("RefererList"))
    rules.denied = try pages(root.first("RefererBlacklist"))
    return rules
  }

  /// Writes one.
  package static func write(_ rules: RefererRules, to xml: inout XMLWriter) {
    xml.open("RefererConfiguration")
    xml.element("AllowEmptyReferer", rules.allowsEmpty)
    xml.element("AllowTruncateQueryString", rules.ignoresQuery)
    xml.element("TruncatePath", rules.ignoresPath)
    list("RefererList", rules.allowed, to: &xml)
    if !rules.denied.isEmpty { list("RefererBlacklist", rules.denied, to: &xml) }
    xml.close("RefererConfiguration")
  }

  private static func list(_ name: StaticString, _ pages: [String], to xml: inout XMLWriter) {
    xml.open(name)
    for page in pages { xml.element("Referer", page) }
    xml.close(name)
  }

  private static func pages(_ list: XMLElement?) throws(S3Error) -> [String] {
    guard let list else { return [] }
    guard list.children.allSatisfy({ $0.name == "Referer" }) else { throw S3Error(.malformedXML) }
    // An empty page is none: it is what SDKs send for an empty list.
    return list.children.filter { !$0.text.isEmpty }.map(\.string)
  }

  private static func flag(_ root: XMLElement, _ name: String, otherwise: Bool) throws(S3Error) -> Bool {
    switch root.string(name)?.lowercased() {
    case nil: otherwise
    case "true": true
    case "false": false
    default: throw S3Error(.malformedXML)
    }
  }
}
