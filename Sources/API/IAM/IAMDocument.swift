import Access
package import Primitives

/// The XML of the query protocol: `XResponse` around `XResult` and the request id.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/programming.html>
package enum IAMDocument {
  package static let namespace: StaticString = "https://iam.amazonaws.com/doc/2010-05-08/"

  /// A successful answer. `result` is nil for an action without output.
  package static func write(
    _ action: IAMAction, requestID: [UInt8], result: ((inout XMLWriter) -> Void)?
  ) -> [UInt8] {
    let (response, resultName) = action.elementNames
    var xml = XMLWriter()
    xml.open(response, xmlns: namespace)
    if let result {
      xml.open(resultName)
      result(&xml)
      xml.close(resultName)
    }
    xml.open("ResponseMetadata")
    xml.element("RequestId", requestID)
    xml.close("ResponseMetadata")
    xml.close(response)
    return xml.bytes
  }

  /// A failure.
  package static func write(_ error: IAMError, requestID: [UInt8]) -> [UInt8] {
    var xml = XMLWriter()
    xml.open("ErrorResponse", xmlns: namespace)
    xml.open("Error")
    xml.element("Type", error.status < 500 ? "Sender" : "Receiver")
    xml.element("Code", error.code.rawValue)
    xml.element("Message", error.message)
    xml.close("Error")
    xml.element("RequestId", requestID)
    xml.close("ErrorResponse")
    return xml.bytes
  }

  /// The fields of a user.
  static func write(_ user: User, to xml: inout XMLWriter) {
    xml.element("Path", user.path)
    xml.element("UserName", user.name)
    xml.element("UserId", user.id)
    xml.element("Arn", user.arn)
    xml.element("CreateDate", date(user.created))
  }

  /// The fields of an access key that may be told at any time.
  static func write(_ key: AccessKey, to xml: inout XMLWriter) {
    xml.element("UserName", key.userName)
    xml.element("AccessKeyId", key.id)
    xml.element("Status", key.status.name)
  }

  /// ISO 8601 without milliseconds.
  static func date(_ moment: Timestamp) -> String {
    String(moment.iso8601.prefix(19)) + "Z"
  }
}
