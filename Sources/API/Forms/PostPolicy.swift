import Primitives

/// What a form may be used for, as who signed it has said.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/postobject>
struct PostPolicy: Sendable {
  /// What must be true of a field; its name in lower case.
  enum Rule: Equatable {
    case equals([UInt8])
    case startsWith([UInt8])
    case isAmong([[UInt8]])
    case isNotAmong([[UInt8]])
  }

  struct Condition {
    let field: String
    let rule: Rule
    /// As a refusal shows it.
    let text: String
  }

  let expiration: Timestamp
  private(set) var conditions: [Condition] = []
  /// Bytes of the file; nil: any.
  private(set) var length: ClosedRange<UInt64>?

  /// Reads the field `policy`.
  ///
  /// - Throws: InvalidPolicyDocument.
  init(_ encoded: [UInt8], _ forms: FormSpelling) throws(S3Error) {
    guard let bytes = Base64.decode(encoded), UTF8.isValid(bytes),
      case .object(let members)? = PolicyJSON(bytes)
    else { throw Self.invalid("Invalid JSON.") }
    var expiration: Timestamp?
    var list: [PolicyJSON]?
    for member in members {
      switch String(decoding: member.name, as: Unicode.UTF8.self) {
      case "expiration":
        guard expiration == nil, case .text(let text) = member.value, let time = Timestamp(iso8601: text)
        else {
          throw Self.invalid("Invalid 'expiration' value.")
        }
        expiration = time
      case "conditions":
        guard list == nil, case .array(let values) = member.value else {
          throw Self.invalid("Invalid 'conditions' value: must be a List.")
        }
        list = values
      case let name: throw Self.invalid("Unexpected: '\(name)'.")
      }
    }
    guard let expiration else { throw Self.invalid("Policy missing expiration.") }
    guard let list else { throw Self.invalid("Policy missing conditions.") }
    self.expiration = expiration
    for value in list { try add(value, forms) }
  }

  private static func invalid(_ reason: String) -> S3Error {
    S3Error(.invalidPolicyDocument, message: "Invalid Policy: \(reason)")
  }

  private mutating func add(_ value: PolicyJSON, _ forms: FormSpelling) throws(S3Error) {
    switch value {
    case .object(let members):
      guard members.count == 1 else {
        throw Self.invalid(
          "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.")
      }
      guard case .text(let text) = members[0].value else {
        throw Self.invalid("Invalid Simple-Condition: value must be a string.")
      }
      append(String(decoding: members[0].name, as: Unicode.UTF8.self), .equals(text), "eq", Self.quoted(text))
    case .array(let values):
      guard values.count == 3, case .text(let operation) = values[0] else {
        throw Self.invalid("Invalid Condition: wrong number of arguments.")
      }
      let name = String(decoding: operation, as: Unicode.UTF8.self).lowercased()
      if name == "content-length-range" { return try limit(values[1], values[2]) }
      try add(name, values[1], values[2], forms)
    default: throw Self.invalid("Invalid Condition: must be a Map or a List.")
    }
  }

  private mutating func limit(_ low: PolicyJSON, _ high: PolicyJSON) throws(S3Error) {
    guard let low = Self.count(low), let high = Self.count(high), low <= high else {
      throw Self.invalid("Invalid content-length-range.")
    }
    // All of them must hold.
    let (least, most) = (max(low, length?.lowerBound ?? 0), min(high, length?.upperBound ?? .max))
    guard least <= most else { throw Self.invalid("Invalid content-length-range.") }
    length = least...most
  }

  /// A length, which some clients send as a text.
  private static func count(_ value: PolicyJSON) -> UInt64? {
    switch value {
    case .number(let count): count
    case .text(let digits): UInt64(decimal: digits[...])
    default: nil
    }
  }

  private mutating func add(
    _ operation: String, _ name: PolicyJSON, _ value: PolicyJSON, _ forms: FormSpelling
  ) throws(S3Error) {
    guard case .text(let field) = name,
      field.first == UInt8(ascii: "$") || forms.allowsNamesWithoutDollar && !field.isEmpty
    else {
      throw Self.invalid("Invalid Condition: a field's name begins with $.")
    }
    let bare = String(
      decoding: field.first == UInt8(ascii: "$") ? field.dropFirst() : field[...], as: Unicode.UTF8.self)
    switch (operation, value) {
    case ("eq", .text(let text)): append(bare, .equals(text), operation, Self.quoted(text))
    case ("starts-with", .text(let text)): append(bare, .startsWith(text), operation, Self.quoted(text))
    case ("in", .array(let values)) where forms.hasSetConditions,
      ("not-in", .array(let values)) where forms.hasSetConditions:
      var texts: [[UInt8]] = []
      for case .text(let text) in values { texts.append(text) }
      guard texts.count == values.count else { throw Self.invalid("Invalid Condition: wrong value.") }
      let list = "[\(texts.map(Self.quoted).joined(separator: ", "))]"
      append(bare, operation == "in" ? .isAmong(texts) : .isNotAmong(texts), operation, list)
    default: throw Self.invalid("Invalid Condition: unknown operation or wrong value.")
    }
  }

  private mutating func append(_ field: String, _ rule: Rule, _ operation: String, _ value: String) {
    conditions.append(
      Condition(
        field: field.lowercased(), rule: rule, text: "[\"\(operation)\", \"$\(field)\", \(value)]"))
  }

  private static func quoted(_ text: [UInt8]) -> String { "\"\(text[...].lossyText)\"" }
}

extension PostPolicy {
  /// Whether a form does what was signed.
  ///
  /// - Throws: AccessDenied.
  func check(
    _ form: PostForm, bucket: String, now: Timestamp, _ forms: FormSpelling
  ) throws(S3Error) {
    guard now < expiration else { throw Self.denied("Policy expired.") }
    for condition in conditions {
      guard Self.holds(condition, Self.judged(condition.field, form, bucket: bucket, forms)) else {
        throw Self.denied("Policy Condition failed: \(condition.text)")
      }
    }
    let covered = Set(conditions.map(\.field))
    let extra = form.fieldsToCover(forms).filter { !covered.contains($0) }
    guard extra.isEmpty else { throw Self.denied("Extra input fields: \(extra.joined(separator: ", "))") }
  }

  /// What a condition on a field is about: of a type, the one that is stored.
  private static func judged(
    _ field: String, _ form: PostForm, bucket: String, _ forms: FormSpelling
  ) -> [UInt8]? {
    switch field {
    case "bucket": Array(bucket.utf8)
    case "content-type": forms.contentType.flatMap { form.value($0) } ?? form.value(field)
    default: form.value(field)
    }
  }

  private static func holds(_ condition: Condition, _ value: [UInt8]?) -> Bool {
    switch (condition.rule, value) {
    case (.isNotAmong(let values), let value): return value.map { !values.contains($0) } ?? true
    case (_, nil): return false
    case (.equals(let wanted), let value?): return value == wanted
    case (.isAmong(let values), let value?): return values.contains(value)
    case (.startsWith(let prefix), let value?):
      // A list of types: each of them.
      guard condition.field == "content-type" else { return value.starts(with: prefix) }
      return value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        .allSatisfy { $0.trimmingBlanks.starts(with: prefix) }
    }
  }

  private static func denied(_ reason: String) -> S3Error {
    S3Error(.accessDenied, message: "Invalid according to Policy: \(reason)")
  }
}
