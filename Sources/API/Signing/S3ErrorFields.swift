/// What an S3 error reply needs: its code, `<Message>` and the elements between `<Message>` and `<RequestId>`,
/// in wire order.
package typealias S3ErrorFields = (
  code: S3ErrorCode, message: String, extras: [(StaticString, String)]
)

extension S3ErrorCode {
  /// The reply with the code's usual message.
  func fields(_ extras: [(StaticString, String)] = []) -> S3ErrorFields { (self, message, extras) }
}
