/// Status lines and the reason phrases of RFC 9110 section 15 and RFC 6585.
enum StatusLine {
  /// Appends `HTTP/1.1 <status> <reason>` and CRLF. The version is ours, also towards an HTTP/1.0 client
  /// (RFC 9112 section 2.3).
  static func append(_ status: Int, to bytes: inout [UInt8]) {
    append("HTTP/1.1 ", to: &bytes)
    Decimal.append(status, to: &bytes)
    bytes.append(ASCII.space)
    append(reason(status), to: &bytes)
    append("\r\n", to: &bytes)
  }

  /// Appends a constant text.
  static func append(_ text: StaticString, to bytes: inout [UInt8]) {
    // SAFETY: a StaticString with a pointer representation gives its own constant bytes.
    unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// The reason phrase; empty for a status without one.
  static func reason(_ status: Int) -> StaticString {
    status < 400 ? successReason(status) : failureReason(status)
  }

  private static func successReason(_ status: Int) -> StaticString {
    switch status {
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 204: "No Content"
    case 205: "Reset Content"
    case 206: "Partial Content"
    case 300: "Multiple Choices"
    case 301: "Moved Permanently"
    case 302: "Found"
    case 303: "See Other"
    case 304: "Not Modified"
    case 307: "Temporary Redirect"
    case 308: "Permanent Redirect"
    default: ""
    }
  }

  private static func failureReason(_ status: Int) -> StaticString {
    switch status {
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 406: "Not Acceptable"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 410: "Gone"
    case 411: "Length Required"
    case 412: "Precondition Failed"
    case 413: "Content Too Large"
    case 414: "URI Too Long"
    case 415: "Unsupported Media Type"
    case 416: "Range Not Satisfiable"
    case 417: "Expectation Failed"
    case 422: "Unprocessable Content"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    case 505: "HTTP Version Not Supported"
    case 507: "Insufficient Storage"
    default: ""
    }
  }
}
