import HTTP

/// What becomes of a range that begins behind the end of an object, in OSS.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getobject>
enum RangeBehavior {
  /// Whether the request wants what RFC 9110 says: 416.
  static func isStandard(_ request: APIRequest) -> Bool {
    request.headers.first("x-oss-range-behavior")?.matches("standard") ?? false
  }
}
