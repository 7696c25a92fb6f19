import HTTP
package import Objects
package import Primitives

/// An operation that reads a configuration which is the same whatever is asked: it has a document and nothing else.
package protocol FixedAnswer: Operation where Input == Void, Output == Void {
  /// The whole document.
  static func write(to xml: inout XMLWriter)
}

extension FixedAnswer {
  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {}

  package static func encode(
    _ output: Void, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var xml = XMLWriter(capacity: 256)
    write(to: &xml)
    return request.reply(xml)
  }
}

/// An operation that would change such a configuration: it takes the document that says what is so anyway.
package protocol FixedChange: Operation where Input == Void, Output == Void {
  /// What is answered to those that it takes.
  static var status: Int { get }
}

extension FixedChange {
  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {}

  package static func encode(
    _ output: Void, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    .complete(request.reply(status))
  }
}
