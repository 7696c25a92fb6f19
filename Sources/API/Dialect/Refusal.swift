import HTTP
import Objects

/// What a failure's reply depends on beside the failure.
package struct RefusalContext: Sendable {
  package let identifiers: RequestIdentifiers
  /// The Host header as sent; empty where the request was not read.
  package var host: [UInt8] = []
  /// Whether the request was read: what refuses it is what it asks for. A preflight only asks whether it may.
  package var isRead = false
  /// Whether the reply can have no body.
  package var isHead = false
  /// Whether the request forbids to overwrite what is there, in words other than `If-None-Match`.
  package var forbidsOverwrite = false

  package init(identifiers: RequestIdentifiers) {
    self.identifiers = identifiers
  }
}

/// A failure in a dialect's words.
package struct Refusal: Sendable {
  /// The code in the document.
  package let code: String
  package let status: Int
  package let document: [UInt8]
  package let headers: [S3Error.Header]

  package init(code: String, status: Int, document: [UInt8], headers: [S3Error.Header]) {
    self.code = code
    self.status = status
    self.document = document
    self.headers = headers
  }
}

extension APIRequest {
  /// What refusing this request depends on.
  var refusalContext: RefusalContext {
    var context = RefusalContext(identifiers: identifiers)
    context.isRead = spec != nil && spec !== Preflight.spec
    context.host = Array(headers.first("host") ?? [])
    context.isHead = head.method == .head
    context.forbidsOverwrite = forbidsOverwrite
    return context
  }

  /// Whether the request forbids to overwrite what is there, in words other than `If-None-Match`. A bucket that keeps
  /// versions loses nothing, so that OSS ignores it there.
  ///
  /// <https://www.alibabacloud.com/help/en/oss/developer-reference/putobject>
  var forbidsOverwrite: Bool {
    guard let name = names.forbidOverwrite, bucket?.isVersioned != true else { return false }
    return headers.first(name)?.matchesIgnoringCase("true") ?? false
  }
}
