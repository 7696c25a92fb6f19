/// The header fields that are stored with an object and returned as they came (AWS user guide, "Working with
/// object metadata", system-defined). Nil: never given.
package struct SystemMetadata: Hashable, Sendable {
  package var contentType: String?
  package var cacheControl: String?
  package var contentDisposition: String?
  package var contentEncoding: String?
  package var contentLanguage: String?
  /// Opaque text; it need not be a date.
  package var expires: String?
  package var websiteRedirectLocation: String?

  package init(
    contentType: String? = nil, cacheControl: String? = nil, contentDisposition: String? = nil,
    contentEncoding: String? = nil, contentLanguage: String? = nil, expires: String? = nil,
    websiteRedirectLocation: String? = nil
  ) {
    self.contentType = contentType
    self.cacheControl = cacheControl
    self.contentDisposition = contentDisposition
    self.contentEncoding = contentEncoding
    self.contentLanguage = contentLanguage
    self.expires = expires
    self.websiteRedirectLocation = websiteRedirectLocation
  }
}

/// User metadata: names (lower-case, without the dialect's prefix) and values, sorted by name.
package struct UserMetadata: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Sorted by the bytes of the names.
  package let entries: [Entry]

  package init(_ entries: [Entry] = []) {
    self.entries =
      entries.count < 2
      ? entries : entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  package init(_ pairs: [(name: String, value: String)]) {
    self.init(pairs.map { Entry(name: $0.name, value: $0.value) })
  }

  package var isEmpty: Bool { entries.isEmpty }
}
