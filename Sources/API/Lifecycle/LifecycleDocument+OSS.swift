package import Objects
package import Primitives

/// OSS's form.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketlifecycle>
extension LifecycleDocument {
  /// Reads one; `allowsOverlap`: rules may want the same done to the same objects.
  ///
  /// - Throws: MalformedXML, InvalidArgument for rules that cannot be, NotImplemented for those by the last access.
  package static func readOSS(
    _ root: XMLElement, allowsOverlap: Bool
  ) throws(S3Error) -> [LifecycleRules.Rule] {
    let rules = try rules(root, ossRule)
    if allowsOverlap { return rules }
    if let overlap = LifecycleOverlap(in: rules) {
      let action = overlap.action
      let name = action == "AbortIncompleteMultipartUpload" ? "AbortMultipartUpload" : action
      throw .invalidArgument("Prefix", nil, "Overlap for same action type \(name).")
    }
    return rules
  }

  /// Writes one.
  ///
  /// - Throws: NotImplemented for what OSS's document cannot say: without it, the rules would mean more than they do.
  package static func writeOSS(_ rules: LifecycleRules, to xml: inout XMLWriter) throws(S3Error) {
    for rule in rules.rules {
      guard rule.noncurrentExpiration?.kept ?? 0 == 0, rule.noncurrentTransitions.allSatisfy({ $0.kept == 0 })
      else {
        throw .notImplemented(
          element: "A lifecycle configuration with S3's NewerNoncurrentVersions, asked for by OSS,")
      }
      xml.open("Rule")
      xml.element("ID", rule.id)
      xml.element("Prefix", rule.filter.prefix)
      xml.element("Status", rule.isEnabled ? "Enabled" : "Disabled")
      for tag in rule.filter.tags.tags { write(tag, to: &xml) }
      writeOSSFilter(rule.filter, to: &xml)
      try writeTransitions(rule, .oss, to: &xml)
      writeOSSActions(rule, to: &xml)
      xml.close("Rule")
    }
  }

  private static func ossRule(_ element: XMLElement) throws(S3Error) -> LifecycleRules.Rule {
    try expect(
      element,
      only: [
        "ID", "Prefix", "Status", "Tag", "Filter", "Expiration", "Transition",
        "NoncurrentVersionExpiration", "NoncurrentVersionTransition", "AbortMultipartUpload", "AtimeBase",
      ], repeated: ["Tag", "Transition", "NoncurrentVersionTransition"])
    var rule = try rule(element)
    rule.form = .prefix
    rule.filter.prefix = element.first("Prefix")?.text ?? []
    var tags: [TagSet.Tag] = []
    for child in element.all("Tag") { tags.append(try tag(child)) }
    rule.filter.tags = TagSet(tags)
    if let filter = element.first("Filter") { try readOSSFilter(filter, to: &rule.filter) }
    if let expiration = element.first("Expiration") { try readOSSExpiration(expiration, to: &rule) }
    if let noncurrent = element.first("NoncurrentVersionExpiration") {
      try expect(noncurrent, only: ["NoncurrentDays"])
      guard let text = noncurrent.string("NoncurrentDays") else { throw S3Error(.malformedXML) }
      rule.noncurrentExpiration = LifecycleRules.NoncurrentExpiration(
        days: try days(text, "NoncurrentDays", of: "NoncurrentVersionExpiration"))
    }
    if let abort = element.first("AbortMultipartUpload") {
      rule.abortion = try when(abort, of: "AbortMultipartUpload")
    }
    try readOSSTransitions(element, to: &rule)
    try check(rule)
    return rule
  }

  /// What the elements of a rule forbid each other.
  private static func check(_ rule: LifecycleRules.Rule) throws(S3Error) {
    guard rule.hasAction else {
      throw .invalidArgument("Rule", nil, "At least one action needs to be specified in a rule")
    }
    let filter = rule.filter
    if rule.abortion != nil, filter.asksForMore {
      throw .invalidArgument(
        "AbortMultipartUpload", nil,
        "AbortMultipartUpload cannot be specified with Tag, Not, or a size in a rule")
    }
    if rule.removesSoleMarkers == true, filter.largerThan != nil, filter.smallerThan != nil {
      throw .invalidArgument(
        "ExpiredObjectDeleteMarker", nil, "ExpiredObjectDeleteMarker cannot be specified with both sizes")
    }
    for exclusion in filter.exclusions {
      let saysNothing = exclusion.prefix.isEmpty && exclusion.tag == nil
      guard exclusion.prefix.isEmpty || exclusion.prefix.starts(with: filter.prefix), !saysNothing else {
        throw .invalidArgument(
          "Prefix", String(decoding: exclusion.prefix, as: UTF8Text.self),
          "The prefix in Not must begin with the rule's prefix")
      }
      if let tag = exclusion.tag, filter.tags.tags.contains(where: { $0.key == tag.key }) {
        throw .invalidArgument("Key", tag.key, "The tag in Not must be another than the rule's")
      }
    }
  }

  private static func readOSSFilter(
    _ element: XMLElement, to filter: inout LifecycleRules.Filter
  ) throws(S3Error) {
    try expect(element, only: ["ObjectSizeGreaterThan", "ObjectSizeLessThan", "Not"], repeated: ["Not"])
    try readBounds(element, to: &filter)
    for not in element.all("Not") {
      try expect(not, only: ["Prefix", "Tag"])
      guard !not.children.isEmpty else { throw S3Error(.malformedXML) }
      var exclusion = LifecycleRules.Exclusion(prefix: not.first("Prefix")?.text ?? [])
      if let element = not.first("Tag") { exclusion.tag = try tag(element) }
      filter.exclusions.append(exclusion)
    }
  }

  private static func readOSSExpiration(
    _ element: XMLElement, to rule: inout LifecycleRules.Rule
  ) throws(S3Error) {
    try expect(element, only: ["Days", "Date", "CreatedBeforeDate", "ExpiredObjectDeleteMarker"])
    rule.removesSoleMarkers = try flag(element.string("ExpiredObjectDeleteMarker"))
    let times = element.children.filter { $0.name != "ExpiredObjectDeleteMarker" }
    if rule.removesSoleMarkers == true || rule.removesSoleMarkers != nil && times.isEmpty {
      guard times.isEmpty else { throw S3Error(.malformedXML) }
      return
    }
    rule.expiration = try when(
      XMLElement(name: element.name, children: times), of: "Expiration", others: ["Date"])
  }

  /// Exactly one of `Days` and `CreatedBeforeDate`.
  static func when(
    _ element: XMLElement, of action: String, others: Set<String> = []
  ) throws(S3Error) -> LifecycleRules.When {
    try expect(element, only: others.union(["Days", "CreatedBeforeDate"]))
    guard element.children.count == 1, let child = element.children.first else {
      throw S3Error(.malformedXML)
    }
    switch child.name {
    case "Days": return .days(try days(child.string, "Days", of: action))
    case "Date": return .date(try date(child.string, "Date"))
    default: return .createdBefore(try date(child.string, "CreatedBeforeDate"))
    }
  }

  private static func writeOSSFilter(_ filter: LifecycleRules.Filter, to xml: inout XMLWriter) {
    guard filter.boundsSize || !filter.exclusions.isEmpty else { return }
    xml.open("Filter")
    writeBounds(filter, to: &xml)
    for exclusion in filter.exclusions {
      xml.open("Not")
      if !exclusion.prefix.isEmpty { xml.element("Prefix", exclusion.prefix) }
      if let tag = exclusion.tag { write(tag, to: &xml) }
      xml.close("Not")
    }
    xml.close("Filter")
  }

  private static func writeOSSActions(_ rule: LifecycleRules.Rule, to xml: inout XMLWriter) {
    writeExpirations(rule, to: &xml)
    if let when = rule.abortion {
      xml.open("AbortMultipartUpload")
      write(when, to: &xml)
      xml.close("AbortMultipartUpload")
    }
  }
}

extension LifecycleRules.Filter {
  /// Whether it asks for what uploads do not have.
  fileprivate var asksForMore: Bool { !tags.isEmpty || boundsSize || !exclusions.isEmpty }
}
