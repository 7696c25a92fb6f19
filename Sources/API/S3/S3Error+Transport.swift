package import HTTP
import Objects

/// Failures of signatures, bodies and HTTP itself in S3's words.
extension S3Error {
  package init(_ error: SignatureError) { self.init(error.s3) }

  package init(_ error: ChecksumError) { self.init(error.s3) }

  package init(_ error: BodyError) { self.init(error.s3) }

  /// Of the fields that signing and bodies describe their failures with.
  package init(_ fields: S3ErrorFields) {
    self.init(fields.code, message: fields.message, elements: fields.extras)
  }

  /// The reason a body gave up, which the object store has passed through.
  init(bodyFailure failure: ObjectBodyError) {
    switch failure.underlying {
    case let error as S3Error: self = error
    case let error as BodyError: self.init(error)
    case let error as ChecksumError: self.init(error)
    case let error as BodyReadError: self.init(error)
    default: self.init(.internalError)
    }
  }

  /// A body that HTTP could not deliver.
  package init(_ error: BodyReadError) {
    switch error {
    case .disconnected(let received, let expected):
      var elements: [Element] = []
      if let expected { elements.append(("NumberBytesExpected", String(expected))) }
      elements.append(("NumberBytesProvided", String(received)))
      self.init(.incompleteBody, elements: elements)
    case .timedOut, .tooSlow: self.init(.requestTimeout)
    case .malformed: self.init(.incompleteBody, message: "The request body terminated unexpectedly")
    case .tooLarge(let limit):
      self.init(.maxMessageLengthExceeded, elements: [("MaxMessageLengthBytes", String(limit))])
    }
  }

  /// A request that HTTP refused before anybody could ask what it wants. The status stays HTTP's, which is
  /// what the client's HTTP library understands.
  package init(_ problem: RequestProblem) {
    let code: S3ErrorCode =
      switch problem {
      case .headersTooLarge, .tooManyHeaders: .requestHeaderSectionTooLarge
      case .requestLineTooLong, .invalidTarget: .invalidURI
      case .unsupportedTransferEncoding: .notImplemented
      case .tooManyConnections, .overMemory: .slowDown
      case .headTimeout: .requestTimeout
      default: .badRequest
      }
    let message =
      code == .badRequest
      ? "An error occurred when parsing the HTTP request: \(problem.reason)." : code.message
    let element: Element =
      code == .notImplemented ? ("Header", "Transfer-Encoding") : ("Reason", problem.reason)
    self.init(code, status: problem.status, message: message, elements: [element])
  }
}
