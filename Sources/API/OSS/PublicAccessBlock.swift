import Primitives

/// `PublicAccessBlockConfiguration`: nothing can be made public here, neither by a bucket nor by the account.
enum PublicAccessBlock {
  static func write(to xml: inout XMLWriter) {
    xml.open("PublicAccessBlockConfiguration")
    xml.element("BlockPublicAccess", true)
    xml.close("PublicAccessBlockConfiguration")
  }

  /// Whether the document of a request asks for what is so anyway.
  ///
  /// - Throws: NotImplemented where it does not, BadDigest, MalformedXML.
  static func expectBlocked(_ request: APIRequest) throws(S3Error) {
    try PayloadIntegrity.check(request)
    let root = try RequestDocument.parse(request.payload, root: "PublicAccessBlockConfiguration")
    switch root.string("BlockPublicAccess")?.lowercased() {
    case "true": return
    case "false": throw .notImplemented(element: "BlockPublicAccess")
    default: throw S3Error(.malformedXML)
    }
  }
}
