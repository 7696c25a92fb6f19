package import Primitives

/// The memory that a document of a request body takes: its bytes and the tree that they are parsed into.
enum DocumentCost {
  /// What every request has room for, in bytes of the document.
  private static let free = 512
  /// Bytes of the tree for a byte of the document, at most: an element of four bytes (`<a/>`) takes twice its own
  /// size in its parent's array.
  private static let factor = 32
  /// The tree of as many elements as `XMLLimits` allows.
  private static let treeMax = 16 << 20

  /// Bytes to claim for a document of `count` bytes.
  static func bytes(_ count: Int) -> Int {
    let beyond = max(0, count - free)
    return beyond + min(beyond * factor, treeMax)
  }
}

/// The XML document of a request body.
package enum RequestDocument {
  /// Parses the body and checks the root's name. Any namespace is accepted: clients send S3's, none, and
  /// older ones.
  ///
  /// - Throws: MissingRequestBodyError for no body, MalformedXML for anything else that is wrong.
  package static func parse(
    _ body: [UInt8], root: String, limits: XMLLimits = XMLLimits()
  ) throws(S3Error) -> XMLElement {
    guard !body.isEmpty else { throw S3Error(.missingRequestBody) }
    let element: XMLElement
    do throws(XMLError) {
      element = try XMLReader.parse(body, limits: limits)
    } catch {
      throw S3Error(.malformedXML)
    }
    guard element.name == root else { throw S3Error(.malformedXML) }
    return element
  }
}
