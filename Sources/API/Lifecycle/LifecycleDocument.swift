import Objects
import Primitives

/// `LifecycleConfiguration`: what both dialects' documents have in common.
package enum LifecycleDocument {
  /// Days that a rule may name at most.
  static let mostDays: UInt32 = 2_147_483_647
  /// Bytes that a bound of sizes may come to (AWS and OSS: 5 TB).
  static let largestBound: UInt64 = 5 << 40
  private static let day: Int64 = 86_400_000

  /// The rules of a document, which must be 1 to 1000 and have ids of their own; `read` reads one.
  static func rules(
    _ root: XMLElement, _ read: (XMLElement) throws(S3Error) -> LifecycleRules.Rule
  ) throws(S3Error) -> [LifecycleRules.Rule] {
    try expect(root, only: ["Rule"])
    let elements = root.all("Rule")
    guard !elements.isEmpty, elements.count <= LifecycleRules.mostRules else { throw S3Error(.malformedXML) }
    var rules: [LifecycleRules.Rule] = []
    var ids: Set<String> = []
    for element in elements {
      let rule = try read(element)
      guard ids.insert(rule.id).inserted else {
        throw .invalidArgument(
          "ID", rule.id, "Rule ID must be unique. Found same ID for more than one rule")
      }
      rules.append(rule)
    }
    return rules
  }

  /// A rule with its `ID`, made up where there is none, and its `Status`.
  static func rule(_ element: XMLElement) throws(S3Error) -> LifecycleRules.Rule {
    let given = element.string("ID") ?? ""
    guard given.unicodeScalars.count <= LifecycleRules.longestID else {
      throw .invalidArgument("ID", nil, "ID length should not exceed allowed limit of 255")
    }
    var rule = LifecycleRules.Rule(id: given.isEmpty ? Hex.encode(SecureRandom.bytes(16)) : given)
    switch element.string("Status") {
    case "Enabled": rule.isEnabled = true
    case "Disabled": rule.isEnabled = false
    default: throw S3Error(.malformedXML)
    }
    return rule
  }

  /// A `Tag` with its `Key` and `Value`.
  static func tag(_ element: XMLElement) throws(S3Error) -> TagSet.Tag {
    try expect(element, only: ["Key", "Value"])
    guard let key = element.string("Key"), !key.isEmpty, let value = element.string("Value"),
      key.unicodeScalars.count <= TagSet.longestKey, value.unicodeScalars.count <= TagSet.longestValue
    else { throw S3Error(.malformedXML) }
    return TagSet.Tag(key: key, value: value)
  }

  /// A whole number of days of at least `least`.
  static func days(
    _ text: String, _ name: String, of action: String, least: UInt32 = 1
  ) throws(S3Error) -> UInt32 {
    guard let number = Int64(text) else { throw S3Error(.malformedXML) }
    guard number >= Int64(least), number <= Int64(mostDays) else {
      let kind = least == 0 ? "nonnegative" : "a positive integer"
      throw .invalidArgument(name, text, "'\(name)' for \(action) action must be \(kind)")
    }
    return UInt32(number)
  }

  /// A midnight in UTC.
  static func date(_ text: String, _ name: String) throws(S3Error) -> Timestamp {
    let whole = text.utf8.count == 10 ? text + "T00:00:00Z" : text
    guard let date = Timestamp(iso8601: whole.utf8) else { throw S3Error(.malformedXML) }
    guard date.milliseconds >= 0, date.milliseconds % day == 0 else {
      throw .invalidArgument(name, text, "'\(name)' must be at midnight GMT")
    }
    return date
  }

  /// A bound of sizes in bytes.
  static func bound(_ element: XMLElement?) throws(S3Error) -> UInt64? {
    guard let element else { return nil }
    guard let bytes = UInt64(element.string) else { throw S3Error(.malformedXML) }
    guard bytes <= largestBound else {
      throw .invalidArgument(element.name, element.string, "'\(element.name)' must be at most 5 TB")
    }
    return bytes
  }

  /// The bounds of sizes, which must leave room for one.
  static func readBounds(
    _ element: XMLElement, to filter: inout LifecycleRules.Filter
  ) throws(S3Error) {
    filter.largerThan = try bound(element.first("ObjectSizeGreaterThan"))
    filter.smallerThan = try bound(element.first("ObjectSizeLessThan"))
    if let larger = filter.largerThan, let smaller = filter.smallerThan, larger >= smaller {
      throw .invalidRequest("'ObjectSizeLessThan' must be greater than 'ObjectSizeGreaterThan'")
    }
  }

  static func flag(_ text: String?) throws(S3Error) -> Bool? {
    switch text?.lowercased() {
    case nil: nil
    case "true": true
    case "false": false
    default: throw S3Error(.malformedXML)
    }
  }

  /// Throws MalformedXML for a child that the schema does not have, or one that may not be repeated and is.
  static func expect(
    _ element: XMLElement, only names: Set<String>, repeated: Set<String> = ["Rule"]
  ) throws(S3Error) {
    var seen: Set<String> = []
    for child in element.children {
      guard names.contains(child.name), repeated.contains(child.name) || seen.insert(child.name).inserted
      else { throw S3Error(.malformedXML) }
    }
  }

  /// A time as an element of its name.
  static func write(_ when: LifecycleRules.When, to xml: inout XMLWriter, days: StaticString = "Days") {
    switch when {
    case .days(let count): xml.element(days, UInt64(count))
    case .date(let date): xml.element("Date", date.iso8601)
    case .createdBefore(let date): xml.element("CreatedBeforeDate", date.iso8601)
    }
  }

  /// What a rule says of objects and of versions that are not current, which both dialects spell alike. Only a rule of
  /// S3 keeps newer versions.
  static func writeExpirations(_ rule: LifecycleRules.Rule, to xml: inout XMLWriter) {
    if rule.expiration != nil || rule.removesSoleMarkers != nil {
      xml.open("Expiration")
      if let when = rule.expiration { write(when, to: &xml) }
      if let flag = rule.removesSoleMarkers { xml.element("ExpiredObjectDeleteMarker", flag) }
      xml.close("Expiration")
    }
    if let noncurrent = rule.noncurrentExpiration {
      xml.open("NoncurrentVersionExpiration")
      xml.element("NoncurrentDays", UInt64(noncurrent.days))
      if noncurrent.kept > 0 { xml.element("NewerNoncurrentVersions", UInt64(noncurrent.kept)) }
      xml.close("NoncurrentVersionExpiration")
    }
  }

  static func write(_ tag: TagSet.Tag, to xml: inout XMLWriter) {
    xml.open("Tag")
    xml.element("Key", tag.key)
    xml.element("Value", tag.value)
    xml.close("Tag")
  }

  static func writeBounds(_ filter: LifecycleRules.Filter, to xml: inout XMLWriter) {
    if let bytes = filter.largerThan { xml.element("ObjectSizeGreaterThan", bytes) }
    if let bytes = filter.smallerThan { xml.element("ObjectSizeLessThan", bytes) }
  }
}

extension LifecycleRules.Rule {
  /// Whether it asks for anything to be done.
  var hasAction: Bool {
    expiration != nil || removesSoleMarkers != nil || noncurrentExpiration != nil || abortion != nil
      || !transitions.isEmpty || !noncurrentTransitions.isEmpty
  }
}
