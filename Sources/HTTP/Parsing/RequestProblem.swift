/// Why a request was refused before any handler saw it. The raw value is the reason word of logs and metrics.
///
/// Every one of them ends the connection: after a request that could not be understood nobody can say
/// where the next one begins (RFC 9112 section 11.2).
package enum RequestProblem: String, Error, Sendable, Hashable, CaseIterable {
  /// A line that ends in LF without CR before it.
  case bareLineFeed = "bare-lf"
  /// A CR that is not followed by LF.
  case bareCarriageReturn = "bare-cr"
  /// A method that is empty, has other than token characters, or is CONNECT.
  case invalidMethod = "method"
  /// A target that is neither in origin form nor in absolute form, or has a space, control character or `#`.
  case invalidTarget = "target"
  /// A request line that does not have exactly three parts, one space between them.
  case invalidRequestLine = "request-line"
  /// A protocol that is not `HTTP/` digit `.` digit.
  case invalidVersion = "version"
  /// A major version of HTTP other than 1.
  case unsupportedVersion = "version-unsupported"
  /// A field line that begins with a blank: line folding (RFC 9112 section 5.2).
  case lineFolding = "obs-fold"
  /// A blank between a field's name and its colon (RFC 9112 section 5.1).
  case blankBeforeColon = "blank-before-colon"
  /// A field line without colon, with an empty name, or with other than token characters in it.
  case invalidFieldName = "field-name"
  /// A control character other than HTAB in a field's value.
  case invalidFieldValue = "field-value"
  /// HTTP/1.1 without Host.
  case missingHost = "host-missing"
  /// More than one Host field.
  case repeatedHost = "host-repeated"
  /// A Host that is not host[:port], or differs from the authority of an absolute-form target.
  case invalidHost = "host-invalid"
  /// A Content-Length that is not a decimal number below 2^63.
  case invalidContentLength = "content-length-invalid"
  /// More than one Content-Length field, even when they agree.
  case repeatedContentLength = "content-length-repeated"
  /// Content-Length and Transfer-Encoding in one request.
  case contentLengthWithTransferEncoding = "content-length-and-transfer-encoding"
  /// More than one Transfer-Encoding field.
  case repeatedTransferEncoding = "transfer-encoding-repeated"
  /// A Transfer-Encoding with other codings before `chunked`.
  case unsupportedTransferEncoding = "transfer-encoding-unsupported"
  /// A Transfer-Encoding whose last coding is not `chunked`, or that has it twice: the body has no end.
  case unframedTransferEncoding = "transfer-encoding-unframed"
  /// Transfer-Encoding in an HTTP/1.0 request.
  case transferEncodingInOldVersion = "transfer-encoding-in-1.0"
  /// An Expect other than `100-continue`.
  case unknownExpectation = "expectation"
  /// A request line longer than `HTTPLimits.requestLineBytes`.
  case requestLineTooLong = "request-line-too-long"
  /// A header section longer than `HTTPLimits.headerBytes`.
  case headersTooLarge = "headers-too-large"
  /// More field lines than `HTTPLimits.headerCount`.
  case tooManyHeaders = "too-many-headers"
  /// The head did not arrive within `HTTPTimeouts.header`.
  case headTimeout = "head-timeout"
  /// The server has `HTTPLimits.connections` connections already.
  case tooManyConnections = "too-many-connections"
  /// The server's clients hold as much memory as they may (`MemoryBudget`).
  case overMemory = "memory"

  /// The status the request is answered with.
  package var status: Int {
    switch self {
    case .unsupportedVersion: 505
    case .unsupportedTransferEncoding: 501
    case .unknownExpectation: 417
    case .requestLineTooLong: 414
    case .headersTooLarge, .tooManyHeaders: 431
    case .headTimeout: 408
    case .tooManyConnections, .overMemory: 503
    default: 400
    }
  }

  /// The word that names it in logs and metrics.
  package var reason: String { rawValue }
}
