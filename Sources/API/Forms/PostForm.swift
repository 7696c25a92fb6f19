import HTTP
import Primitives

/// The fields of a form before its file, and what the file says of itself.
struct PostForm: Sendable {
  /// Names in lower case; `${filename}` is in its place.
  private let fields: [(name: String, value: [UInt8])]
  /// The type that the client has found out of the file.
  let fileType: [UInt8]?

  init(_ parser: FormFieldParser) {
    // The path of the client's machine is nobody's business.
    let path = parser.file?.filename ?? []
    let name =
      path.split(
        omittingEmptySubsequences: false,
        whereSeparator: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
      ).last.map { Array($0) } ?? []
    fields = parser.fields.map { field in
      let key = field.name.lowercased()
      return (key, key == "policy" ? field.value : Self.expand(field.value, name))
    }
    fileType = parser.file?.contentType
  }

  /// The value of a field; of one that is there more than once, all with commas between. Nil without it.
  func value(_ name: String) -> [UInt8]? {
    let values = fields.lazy.filter { $0.name == name }.map(\.value)
    guard values.first != nil else { return nil }
    return Array(Array(values).joined(separator: [UInt8(ascii: ",")]))
  }

  /// The value of a field.
  ///
  /// - Throws: `.missingField`.
  func required(_ name: String, shown: String? = nil) throws(FormError) -> [UInt8] {
    guard let value = value(name) else { throw .missingField(shown ?? name) }
    return value
  }

  /// In whose words a form is; nil where it says nothing that only one has.
  static func dialect(of names: [String]) -> Dialect? {
    for name in names.lazy.map({ $0.lowercased() }) {
      if name.hasPrefix("x-oss-") || name == "ossaccesskeyid" { return .oss }
      if name.hasPrefix("x-amz-") || name == "awsaccesskeyid" { return .s3 }
    }
    return nil
  }

  /// The fields that a policy must have a condition for.
  func fieldsToCover(_ forms: FormSpelling) -> [String] {
    var names: [String] = []
    for (name, _) in fields where forms.coverage.includes(name) && !names.contains(name) {
      names.append(name)
    }
    return names
  }

  private static func expand(_ value: [UInt8], _ name: [UInt8]) -> [UInt8] {
    guard value.contains(UInt8(ascii: "$")) else { return value }
    return Array(value.replacing(Array("${filename}".utf8), with: name))
  }
}

extension PostForm {
  /// The header fields that PutObject would have come with, and what of the request's own does not tell what to store.
  ///
  /// - Throws: `.malformed` for a value that no header can have.
  func headers(besides head: HeaderFields, _ forms: FormSpelling) throws(FormError) -> HeaderFields {
    var pairs: [(name: [UInt8], value: [UInt8])] = []
    for index in 0..<head.count {
      let (name, value) = head[index]
      let text = name.lossyText
      if Self.keptHeaders.contains(text) || text.hasPrefix("x-weir-") {
        pairs.append((Array(name), Array(value)))
      }
    }
    for (name, value) in fields {
      guard let header = Self.header(name, forms), !value.isEmpty else { continue }
      guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else { throw .malformed(.header) }
      pairs.append((Array(header.utf8), value))
    }
    if let field = forms.contentType, let type = value(field) ?? value("content-type") ?? fileType {
      pairs.removeAll { $0.name.elementsEqual("content-type".utf8) }
      pairs.append((Array("content-type".utf8), type))
    }
    return HeaderFields(pairs)
  }

  private static let keptHeaders: Set<String> = ["host", "origin", "referer", "user-agent"]
  private static let storedFields: Set<String> = [
    "content-type", "cache-control", "content-disposition", "content-encoding", "content-language",
    "content-md5",
    "expires",
  ]

  /// The header that a field stands for; nil for one that is none.
  private static func header(_ field: String, _ forms: FormSpelling) -> String? {
    if storedFields.contains(field) { return field }
    if field == "acl", let acl = forms.acl { return acl }
    guard field.hasPrefix(forms.prefix), !forms.noHeaders.contains(field) else { return nil }
    return field.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") } ? field : nil
  }
}
