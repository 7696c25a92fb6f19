import HTTP
package import Objects
package import Primitives

/// S3's form.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html>
extension LifecycleDocument {
  /// Reads one.
  ///
  /// - Throws: MalformedXML, InvalidArgument, InvalidRequest for rules that cannot be.
  package static func readS3(_ root: XMLElement) throws(S3Error) -> [LifecycleRules.Rule] {
    let rules = try rules(root, s3Rule)
    try refuseOverlaps(rules)
    return rules
  }

  /// Writes one.
  ///
  /// - Throws: NotImplemented for what S3's document cannot say: without it, the rules would mean more than they do.
  package static func writeS3(_ rules: LifecycleRules, to xml: inout XMLWriter) throws(S3Error) {
    for rule in rules.rules {
      guard rule.filter.exclusions.isEmpty, !rule.expiration.isOSSOnly, !rule.abortion.isOSSOnly else {
        throw .notImplemented(
          element: "A lifecycle configuration with OSS's Filter/Not or CreatedBeforeDate, asked for by S3,")
      }
      xml.open("Rule")
      try writeTransitions(rule, .s3, to: &xml)
      writeActions(rule, to: &xml)
      xml.element("ID", rule.id)
      writeFilter(rule, to: &xml)
      xml.element("Status", rule.isEnabled ? "Enabled" : "Disabled")
      xml.close("Rule")
    }
  }

  private static func s3Rule(_ element: XMLElement) throws(S3Error) -> LifecycleRules.Rule {
    try expect(
      element,
      only: [
        "ID", "Status", "Prefix", "Filter", "Transition", "Expiration", "NoncurrentVersionTransition",
        "NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload",
      ], repeated: ["Transition", "NoncurrentVersionTransition"])
    var rule = try rule(element)
    try readFilter(element, to: &rule)
    if let expiration = element.first("Expiration") { try readExpiration(expiration, to: &rule) }
    if let noncurrent = element.first("NoncurrentVersionExpiration") {
      rule.noncurrentExpiration = try noncurrentExpiration(noncurrent, hasFilter: rule.form != .prefix)
    }
    if let abort = element.first("AbortIncompleteMultipartUpload") {
      let action = "AbortIncompleteMultipartUpload"
      try expect(abort, only: ["DaysAfterInitiation"])
      guard let text = abort.string("DaysAfterInitiation") else { throw S3Error(.malformedXML) }
      guard rule.filter.tags.isEmpty else {
        throw .invalidRequest("\(action) cannot be specified with Tags.")
      }
      guard !rule.filter.boundsSize else {
        throw .invalidRequest("\(action) cannot be specified with Object Size.")
      }
      rule.abortion = .days(try days(text, "DaysAfterInitiation", of: action))
    }
    try readS3Transitions(element, to: &rule)
    guard rule.hasAction else { throw .invalidRequest("At least one action needs to be specified in a rule") }
    return rule
  }

  private static func readFilter(
    _ element: XMLElement, to rule: inout LifecycleRules.Rule
  ) throws(S3Error) {
    switch (element.first("Prefix"), element.first("Filter")) {
    case (let prefix?, nil):
      rule.form = .prefix
      rule.filter.prefix = prefix.text
    case (nil, let filter?): try readPredicates(filter, to: &rule)
    // Neither, or both.
    default: throw S3Error(.malformedXML)
    }
  }

  private static func readPredicates(
    _ filter: XMLElement, to rule: inout LifecycleRules.Rule
  ) throws(S3Error) {
    let predicates: Set<String> = ["Prefix", "Tag", "ObjectSizeGreaterThan", "ObjectSizeLessThan"]
    try expect(filter, only: predicates.union(["And"]))
    guard filter.children.count <= 1 else { throw S3Error(.malformedXML) }
    guard let child = filter.children.first else { return rule.form = .emptyFilter }
    var holder = filter
    rule.form = .filter
    if child.name == "And" {
      rule.form = .and
      holder = child
      try expect(child, only: predicates, repeated: ["Tag"])
      guard child.children.count >= 2 else { throw S3Error(.malformedXML) }
    }
    rule.filter.prefix = holder.first("Prefix")?.text ?? []
    var tags: [TagSet.Tag] = []
    for element in holder.all("Tag") {
      let tag = try tag(element)
      guard !tags.contains(where: { $0.key == tag.key }) else {
        throw .invalidRequest("Duplicate Tag Keys are not allowed.")
      }
      tags.append(tag)
    }
    rule.filter.tags = TagSet(tags)
    try readBounds(holder, to: &rule.filter)
  }

  private static func readExpiration(
    _ element: XMLElement, to rule: inout LifecycleRules.Rule
  ) throws(S3Error) {
    try expect(element, only: ["Days", "Date", "ExpiredObjectDeleteMarker"])
    guard element.children.count == 1, let child = element.children.first else {
      throw S3Error(.malformedXML)
    }
    switch child.name {
    case "Days": rule.expiration = .days(try days(child.string, "Days", of: "Expiration"))
    case "Date": rule.expiration = .date(try date(child.string, "Date"))
    default:
      rule.removesSoleMarkers = try flag(child.string)
      guard rule.filter.tags.isEmpty else {
        throw .invalidRequest("ExpiredObjectDeleteMarker cannot be specified with Tags.")
      }
    }
  }

  private static func noncurrentExpiration(
    _ element: XMLElement, hasFilter: Bool
  ) throws(S3Error) -> LifecycleRules.NoncurrentExpiration {
    let action = "NoncurrentVersionExpiration"
    try expect(element, only: ["NoncurrentDays", "NewerNoncurrentVersions"])
    guard let text = element.string("NoncurrentDays") else { throw S3Error(.malformedXML) }
    let days = try days(text, "NoncurrentDays", of: action)
    return LifecycleRules.NoncurrentExpiration(
      days: days, kept: try newerVersions(element, hasFilter: hasFilter))
  }

  /// `NewerNoncurrentVersions`; 0 without.
  static func newerVersions(_ element: XMLElement, hasFilter: Bool) throws(S3Error) -> UInt32 {
    guard let text = element.string("NewerNoncurrentVersions") else { return 0 }
    guard let kept = UInt32(text), (1...100).contains(kept) else {
      throw .invalidArgument(
        "NewerNoncurrentVersions", text, "'NewerNoncurrentVersions' must be between 1 and 100")
    }
    guard hasFilter else {
      throw .invalidRequest("NewerNoncurrentVersions can only be used in a rule with a Filter.")
    }
    return kept
  }

  /// Rules of the first form must not contradict each other (AWS: only rules with a Filter may overlap).
  private static func refuseOverlaps(_ rules: [LifecycleRules.Rule]) throws(S3Error) {
    guard let overlap = LifecycleOverlap(in: rules.filter { $0.form == .prefix }) else { return }
    let (one, other) = (overlap.prefixes.0[...].lossyText, overlap.prefixes.1[...].lossyText)
    throw .invalidRequest(
      "Found overlapping prefixes '\(one)' and '\(other)' for same action type '\(overlap.action)'")
  }

  private static func writeActions(_ rule: LifecycleRules.Rule, to xml: inout XMLWriter) {
    writeExpirations(rule, to: &xml)
    if let when = rule.abortion {
      xml.open("AbortIncompleteMultipartUpload")
      write(when, to: &xml, days: "DaysAfterInitiation")
      xml.close("AbortIncompleteMultipartUpload")
    }
  }

  private static func writeFilter(_ rule: LifecycleRules.Rule, to xml: inout XMLWriter) {
    let filter = rule.filter
    // What OSS wrote as a prefix beside other conditions is several predicates here.
    let count = (filter.prefix.isEmpty ? 0 : 1) + filter.tags.tags.count
    let predicates = count + (filter.largerThan == nil ? 0 : 1) + (filter.smallerThan == nil ? 0 : 1)
    let isPlain = filter.tags.isEmpty && !filter.boundsSize
    if rule.form == .prefix, isPlain { return xml.element("Prefix", filter.prefix) }
    xml.open("Filter")
    let isAnd = rule.form == .and || predicates > 1
    if isAnd { xml.open("And") }
    if !filter.prefix.isEmpty || rule.form == .filter && isPlain { xml.element("Prefix", filter.prefix) }
    for tag in filter.tags.tags { write(tag, to: &xml) }
    writeBounds(filter, to: &xml)
    if isAnd { xml.close("And") }
    xml.close("Filter")
  }
}

extension LifecycleRules.When? {
  /// Whether only OSS can say it.
  fileprivate var isOSSOnly: Bool {
    if case .createdBefore = self { return true }
    return false
  }
}
