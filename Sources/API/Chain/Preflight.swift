import HTTP
import Objects

/// The answer to a browser's preflight request, by the bucket's rules; it needs no signature. OSS `OptionObject`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/optionobject>
package enum Preflight {
  package static let spec = OperationSpec(
    "OptionObject", .options, .object, action: "oss:OptionObject", cost: .read,
    logName: "REST.OPTIONS.PREFLIGHT", errors: [.accessForbidden, .badRequest])

  /// The row of those tables that have one.
  package static let row = OperationRow(spec) { (request, services) throws(S3Error) in
    try answer(request, services)
  }

  /// The answer.
  ///
  /// - Throws: BadRequest for what is no preflight, AccessForbidden where no rule allows what is asked. A bucket that
  ///   is not there is one without rules: who asks has not said who they are.
  static func answer(_ request: APIRequest, _ services: Services) throws(S3Error) -> Reply {
    let headers = request.headers
    guard let origin = headers.first("origin") else {
      throw S3Error(.badRequest, message: "Insufficient information. Origin request header needed.")
    }
    guard let asked = headers.string("access-control-request-method"),
      let method = CrossOriginRules.Method(asked)
    else {
      let asked = headers.string("access-control-request-method") ?? "null"
      throw S3Error(.badRequest, message: "Invalid Access-Control-Request-Method: \(asked)")
    }
    let elements: [S3Error.Element] = [("Method", asked), ("ResourceType", resource(request))]
    let bucket = request.target.bucket.flatMap { try? AddressedBucket($0, in: services.store) }?.bucket
    guard let rules = bucket?.settings.crossOrigin else {
      throw S3Error(.accessForbidden, elements: elements)
    }
    let question = CrossOrigin.Question(
      origin: origin, method: method, headers: names(headers.first("access-control-request-headers")),
      isPreflight: true)
    guard let match = CrossOrigin.match(rules, question) else {
      throw S3Error(
        .accessForbidden,
        message: """
          CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request \
          method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the \
          resource's CORS spec.
          """,
        elements: elements)
    }
    var head = request.reply(200)
    CrossOrigin.add(match.rule, isForAll: match.isForAll, question, to: &head)
    CrossOrigin.addVary(rules, isMatched: true, to: &head)
    return .complete(head)
  }

  private static func resource(_ request: APIRequest) -> String {
    request.target.key == nil ? "BUCKET" : "OBJECT"
  }

  /// The names of a list, without blanks around them.
  private static func names(_ list: ArraySlice<UInt8>?) -> [ArraySlice<UInt8>] {
    (list ?? []).split(separator: UInt8(ascii: ",")).compactMap { name in
      let start = name.drop { $0 == 0x20 || $0 == 0x09 }
      let end = start.reversed().drop { $0 == 0x20 || $0 == 0x09 }
      return end.isEmpty ? nil : start.prefix(end.count)
    }
  }
}
