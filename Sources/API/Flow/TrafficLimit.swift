import Flow
import HTTP
import Primitives

/// The rate that a client of OSS asks for on its own connection, in bits a second, as a header or a parameter.
///
/// <https://www.alibabacloud.com/help/en/oss/user-guide/single-connection-bandwidth-throttling>
enum TrafficLimit {
  /// What it can be asked of. Copies within the server move no bytes that it could slow down.
  private static let operations: Set<String> = [
    "GetObject", "PutObject", "AppendObject", "PostObject", "CopyObject", "UploadPart", "UploadPartCopy",
  ]

  /// The pace that the request asks for; nil without one. The header counts before the parameter.
  static func read(_ request: APIRequest, _ spec: OperationSpec) throws(S3Error) -> ConnectionPace? {
    guard let name = request.dialect.flow.trafficLimit, let text = try text(name, of: request),
      operations.contains(spec.name)
    else { return nil }
    guard let bits = UInt64(decimal: text), ConnectionPace.bits.contains(bits) else {
      throw .invalidArgument(
        "\(name)", text.lossyText,
        "The traffic limit must be a number from \(ConnectionPace.bits.lowerBound) to"
          + " \(ConnectionPace.bits.upperBound) bits a second.")
    }
    return ConnectionPace(bits: bits)
  }

  /// Whether a request has something to read here.
  static func isAsked(_ request: APIRequest) -> Bool {
    guard let name = request.dialect.flow.trafficLimit else { return false }
    return request.headers.contains(name) || request.query.contains(name)
  }

  private static func text(
    _ name: StaticString, of request: APIRequest
  ) throws(S3Error) -> ArraySlice<UInt8>? {
    if let header = request.headers.first(name) { return header }
    return request.query.value(name)?[...]
  }
}
