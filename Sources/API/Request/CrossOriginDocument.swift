package import Objects
package import Primitives

/// `CORSConfiguration`, in both dialects.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSConfiguration.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketcors>
package enum CrossOriginDocument {
  /// What a dialect takes.
  package struct Form: Sendable {
    /// Rules of a document at most.
    package let mostRules: Int
    /// What a rule that cannot be is refused with.
    package let code: S3ErrorCode
    /// Whether the document says when replies vary; else they do where a rule matches.
    package let saysVary: Bool
  }

  /// Characters of a rule's `ID`.
  private static let longestID = 255

  /// Reads one.
  ///
  /// - Throws: MalformedXML for what the schema does not have, the form's code for rules that cannot be.
  package static func read(_ root: XMLElement, _ form: Form) throws(S3Error) -> CrossOriginRules {
    try refuse(root, except: form.saysVary ? ["CORSRule", "ResponseVary"] : ["CORSRule"])
    let elements = root.all("CORSRule")
    guard !elements.isEmpty else { throw S3Error(.malformedXML) }
    guard elements.count <= form.mostRules else {
      throw S3Error(
        form.code,
        message: "The number of CORS rules should not exceed allowed limit of \(form.mostRules) rules.")
    }
    var rules: [CrossOriginRules.Rule] = []
    for element in elements { rules.append(try rule(element, form)) }
    let vary: CrossOriginRules.Vary =
      !form.saysVary ? .matched : try flag(root, "ResponseVary") ? .always : .never
    return CrossOriginRules(rules, vary: vary)
  }

  /// Writes one.
  package static func write(_ rules: CrossOriginRules, _ form: Form, to xml: inout XMLWriter) {
    for rule in rules.rules {
      xml.open("CORSRule")
      if let id = rule.id, !form.saysVary { xml.element("ID", id) }
      for origin in rule.origins { xml.element("AllowedOrigin", origin) }
      for method in rule.methods { xml.element("AllowedMethod", method.name) }
      for header in rule.headers { xml.element("AllowedHeader", header) }
      for header in rule.exposed { xml.element("ExposeHeader", header) }
      if let seconds = rule.maxAgeSeconds { xml.element("MaxAgeSeconds", seconds) }
      xml.close("CORSRule")
    }
    if form.saysVary { xml.element("ResponseVary", rules.vary == .always) }
  }

  private static func rule(_ element: XMLElement, _ form: Form) throws(S3Error) -> CrossOriginRules.Rule {
    try refuse(
      element,
      except: ["ID", "AllowedOrigin", "AllowedMethod", "AllowedHeader", "ExposeHeader", "MaxAgeSeconds"])
    var rule = CrossOriginRules.Rule()
    rule.id = element.string("ID")
    guard rule.id.map({ $0.unicodeScalars.count <= longestID }) ?? true else {
      throw S3Error(form.code, message: "A rule's ID has \(longestID) characters at most.")
    }
    rule.origins = try texts(element, "AllowedOrigin", mostStars: 1, form)
    rule.headers = try texts(element, "AllowedHeader", mostStars: 1, form)
    rule.exposed = try texts(element, "ExposeHeader", mostStars: 0, form)
    for method in element.all("AllowedMethod") {
      guard let known = CrossOriginRules.Method.allCases.first(where: { method.string == $0.name }) else {
        throw S3Error(
          form.code,
          message: "Found unsupported HTTP method in CORS config. Unsupported method is \(method.string)")
      }
      rule.methods.append(known)
    }
    guard !rule.origins.isEmpty, !rule.methods.isEmpty else { throw S3Error(.malformedXML) }
    if let text = element.string("MaxAgeSeconds") {
      guard let seconds = UInt64(text), seconds <= 999_999_999 else { throw S3Error(.malformedXML) }
      rule.maxAgeSeconds = seconds
    }
    return rule
  }

  private static func texts(
    _ element: XMLElement, _ name: String, mostStars: Int, _ form: Form
  ) throws(S3Error) -> [String] {
    var texts: [String] = []
    for child in element.all(name) {
      guard !child.text.isEmpty, child.text.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
        throw S3Error(form.code, message: "\(name) \"\(child.string)\" is not valid.")
      }
      guard child.text.count(where: { $0 == UInt8(ascii: "*") }) <= mostStars else {
        let limit = mostStars == 0 ? "any wildcard" : "more than one wildcard"
        throw S3Error(form.code, message: "\(name) \"\(child.string)\" can not have \(limit).")
      }
      texts.append(child.string)
    }
    return texts
  }

  private static func flag(_ root: XMLElement, _ name: String) throws(S3Error) -> Bool {
    switch root.string(name)?.lowercased() {
    case nil, "false": false
    case "true": true
    default: throw S3Error(.malformedXML)
    }
  }

  private static func refuse(_ element: XMLElement, except names: Set<String>) throws(S3Error) {
    guard element.children.allSatisfy({ names.contains($0.name) }) else { throw S3Error(.malformedXML) }
  }
}

extension CrossOriginRules.Method {
  /// As requests spell it.
  package var name: String {
    switch self {
    case .get: "GET"
    case .put: "PUT"
    case .post: "POST"
    case .delete: "DELETE"
    case .head: "HEAD"
    }
  }
}
