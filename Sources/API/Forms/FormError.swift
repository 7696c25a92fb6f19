/// Every way in which a form can be refused, its credentials and what it asks for aside.
enum FormError: Error, Sendable, Equatable {
  /// The request is not `multipart/form-data`.
  case notAForm
  /// The body is not what RFC 7578 says of such a one; what was wrong, for tests.
  case malformed(Reason)
  /// More fields, or bytes before the file, than a form may have.
  case tooLarge(limit: Int)
  /// A field above `FormLimits.fieldBytes`.
  case fieldTooLong(name: String, limit: Int)
  /// The form ends without a file.
  case noFile
  /// A field that must be there is not, or comes behind the file.
  case missingField(String)

  enum Reason: String, Sendable, Equatable {
    case boundary, preamble, delimiter, header, disposition, name, end
  }
}

/// What a form may hold before its file.
struct FormLimits: Sendable {
  var fields = 100
  /// Bytes of a value.
  var fieldBytes = 16 << 10
  /// Bytes of a part's header.
  var headerBytes = 4 << 10
  /// Bytes of everything before the file's content.
  /// <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>
  var totalBytes = 20 << 10

  init() {}
}

extension FormError {
  /// The refusal in the words of a dialect.
  func refusal(_ dialect: Dialect) -> S3Error {
    if let own = dialect.forms.refusal(self) { return own }
    switch self {
    case .notAForm, .malformed: return S3Error(.malformedPOSTRequest)
    case .tooLarge(let limit), .fieldTooLong(_, let limit):
      return S3Error(.maxPostPreDataLengthExceeded, elements: [("MaxPostPreDataLengthBytes", String(limit))])
    case .noFile:
      return .invalidArgument("file", "0", "POST requires exactly one file upload per request.")
    case .missingField(let name):
      return .invalidArgument(
        name, "",
        "Bucket POST must contain a field named '\(name)'.  If it is specified, please check the order of the fields."
      )
    }
  }
}
