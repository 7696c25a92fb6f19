/// What an S3 error reply needs: `<Code>`, HTTP status, `<Message>` and the elements between `<Message>`
/// and `<RequestId>`, in wire order.
package typealias S3ErrorFields = (
  code: StaticString, status: Int, message: String, extras: [(StaticString, String)]
)
