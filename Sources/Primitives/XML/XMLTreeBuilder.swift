import CExpat
import Glibc

/// Builds the tree of elements from expat's callbacks and enforces the limits. Lives for one document.
// SAFETY: the parser outlives this object, which its owner drops before it frees the parser.
@safe final class XMLTreeBuilder {
  /// Between the namespace and the local name in the names that expat hands out. Expat refuses namespaces
  /// that contain it.
  static let separator: XML_Char = 0x0A

  /// The first limit that the document broke.
  private(set) var failure: XMLError?
  /// The finished document.
  private(set) var root: XMLElement?
  private let parser: XML_Parser
  private let limits: XMLLimits
  /// Whether the document's control characters were hidden.
  private let restoresControls: Bool
  private var open: [XMLElement] = []
  private var elementCount = 0
  /// The namespace of the last element, since a document rarely has two.
  private var lastNamespace = ""
  private var lastNamespaceBytes: [UInt8] = []

  init(parser: XML_Parser, limits: XMLLimits, restoresControls: Bool) {
    unsafe self.parser = unsafe parser
    self.limits = limits
    self.restoresControls = restoresControls
  }

  /// Makes the parser call this object, which must outlive the parsing.
  func install() {
    // SAFETY: the callbacks run only inside XML_Parse, while the caller keeps this object alive.
    unsafe XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    unsafe XML_SetElementHandler(
      parser,
      { unsafe XMLTreeBuilder.from($0)?.start($1, attributes: $2) },
      { context, _ in unsafe XMLTreeBuilder.from(context)?.end() })
    unsafe XML_SetCharacterDataHandler(
      parser, { unsafe XMLTreeBuilder.from($0)?.append(UnsafeRawBufferPointer(start: $1, count: Int($2))) })
    unsafe XML_SetStartDoctypeDeclHandler(
      parser, { context, _, _, _, _ in unsafe XMLTreeBuilder.from(context)?.fail(.documentType) })
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> XMLTreeBuilder? {
    // SAFETY: the context is what `install` gave.
    unsafe context.map { unsafe Unmanaged<XMLTreeBuilder>.fromOpaque($0).takeUnretainedValue() }
  }

  private func fail(_ error: XMLError) {
    guard failure == nil else { return }
    failure = error
    // SAFETY: called from a callback, while the parser is alive. Expat may still deliver an event or two.
    _ = unsafe XML_StopParser(parser, XML_Bool(0))
  }

  private func start(
    _ name: UnsafePointer<XML_Char>?, attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?
  ) {
    // SAFETY: expat's strings live for the length of the callback.
    guard failure == nil, let name = unsafe name else { return }
    guard open.count < limits.depth else { return fail(.tooDeep(limit: limits.depth)) }
    elementCount += 1
    guard elementCount <= limits.elements else { return fail(.tooManyElements(limit: limits.elements)) }
    guard let pairs = unsafe pairs(attributes) else {
      return fail(.tooManyAttributes(limit: limits.attributes))
    }
    let (namespace, local) = unsafe split(name)
    // SAFETY: compares and copies the callback's own string.
    if unsafe !lastNamespaceBytes.elementsEqual(namespace) {
      unsafe lastNamespaceBytes = Array(namespace)
      lastNamespace = text(lastNamespaceBytes)
    }
    unsafe open.append(
      XMLElement(
        name: String(decoding: local, as: UTF8Text.self), namespace: lastNamespace, attributes: pairs))
  }

  private func end() {
    guard failure == nil, var element = open.popLast() else { return }
    if !element.children.isEmpty && element.text.allSatisfy(Self.isSpace) { element.text = [] }
    if restoresControls { element.text = XMLControlReferences.restore(element.text) }
    if open.isEmpty {
      root = element
    } else {
      open[open.count - 1].children.append(element)
    }
  }

  private func append(_ text: UnsafeRawBufferPointer) {
    guard failure == nil, !open.isEmpty else { return }
    // SAFETY: the buffer lives for the length of the callback and is copied.
    unsafe open[open.count - 1].text.append(contentsOf: text)
  }

  /// Expat's name and value pointers, up to nil, as pairs; nil when there are too many.
  private func pairs(
    _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?
  ) -> [(name: String, value: String)]? {
    var pairs: [(name: String, value: String)] = []
    // SAFETY: expat ends the list with nil and strings with NUL; names and values come in twos.
    guard var next = unsafe attributes else { return pairs }
    while let name = unsafe next[0], let value = unsafe next[1] {
      guard pairs.count < limits.attributes else { return nil }
      unsafe pairs.append(
        (
          name: String(decoding: split(name).local, as: UTF8Text.self),
          value: text(Array(UnsafeRawBufferPointer(start: value, count: strlen(value))))
        ))
      unsafe next += 2
    }
    return pairs
  }

  /// A text that expat has handed out whole.
  private func text(_ bytes: [UInt8]) -> String {
    String(decoding: restoresControls ? XMLControlReferences.restore(bytes) : bytes, as: UTF8Text.self)
  }

  /// The namespace (possibly empty) and the local name of expat's `namespace LF local`.
  private func split(
    _ name: UnsafePointer<XML_Char>
  ) -> (namespace: UnsafeRawBufferPointer, local: UnsafeRawBufferPointer) {
    // SAFETY: a NUL ends the name, and no read goes past it.
    let all = unsafe UnsafeRawBufferPointer(start: name, count: strlen(name))
    guard let separator = unsafe all.lastIndex(of: UInt8(bitPattern: Self.separator)) else {
      return unsafe (UnsafeRawBufferPointer(start: nil, count: 0), all)
    }
    return unsafe (
      UnsafeRawBufferPointer(rebasing: all[..<separator]),
      UnsafeRawBufferPointer(rebasing: all[(separator + 1)...])
    )
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D
  }
}
