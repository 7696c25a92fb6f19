package import Primitives

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
