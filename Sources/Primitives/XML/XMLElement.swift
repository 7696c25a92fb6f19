/// An element of a parsed document with all beneath it.
package struct XMLElement: Sendable {
  /// The name without its prefix.
  package let name: String
  /// The namespace, or an empty string.
  package let namespace: String
  /// The character data right inside this element, in UTF-8; white space between child elements is dropped.
  package internal(set) var text: [UInt8]
  /// The attributes in document order, names without prefixes. Namespace declarations are not among them.
  package let attributes: [(name: String, value: String)]
  /// The child elements in document order.
  package internal(set) var children: [XMLElement]

  /// An element as `XMLReader` would build it.
  package init(
    name: String, namespace: String = "", text: [UInt8] = [],
    attributes: [(name: String, value: String)] = [], children: [XMLElement] = []
  ) {
    self.name = name
    self.namespace = namespace
    self.text = text
    self.attributes = attributes
    self.children = children
  }

  /// The first child element of that name, in any namespace.
  package func first(_ name: String) -> XMLElement? { children.first { $0.name == name } }

  /// The child elements of that name, in any namespace.
  package func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

  /// The text of the first child element of that name; nil when there is none.
  package func string(_ name: String) -> String? { first(name)?.string }

  /// This element's text.
  package var string: String { String(decoding: text, as: UTF8Text.self) }

  /// The value of the first attribute of that name.
  package func attribute(_ name: String) -> String? { attributes.first { $0.name == name }?.value }
}
