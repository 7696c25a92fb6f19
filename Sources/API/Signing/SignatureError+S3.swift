import Primitives

extension SignatureError {
  /// The S3 reply for this refusal: codes, texts and extra elements as real S3 sends them.
  package var s3: S3ErrorFields {
    switch self {
    case .multipleMechanisms, .authorizationWithoutSpace, .unsupportedAuthorizationType,
      .malformedV2Header, .invalidContentSHA256:
      invalidArgument
    case .malformedComponent, .missingComponent:
      malformedHeader
    case .missingQueryParameters, .unsupportedQueryAlgorithm, .malformedQueryDate, .expiresNotANumber,
      .expiresNegative, .expiresTooLarge:
      malformedQuery
    case .scope(let problem, let place):
      problem.s3(place)
    case .missingV2QueryParameters, .malformedV2Expires, .missingDate, .expired, .expiredV2, .notYetValid,
      .headersNotSigned:
      accessDenied
    case .mechanismNotSupported, .missingContentSHA256, .streamingNeedsSignature, .payloadHashNotAvailable:
      invalidRequest
    case .requestTimeTooSkewed, .unknownAccessKey, .invalidToken, .signatureMismatch:
      verdict
    }
  }

  private var invalidArgument: S3ErrorFields {
    let (message, name, value): (String, String, String) =
      switch self {
      case .multipleMechanisms(let text):
        (
          "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query "
            + "string parameter or the Authorization header should be specified", "Authorization", text
        )
      case .authorizationWithoutSpace(let text):
        ("Authorization header is invalid -- one and only one ' ' (space) required", "Authorization", text)
      case .malformedV2Header(let text):
        (
          "AWS authorization header is invalid.  Expected AwsAccessKeyId:signature", "Authorization", text
        )
      case .invalidContentSHA256(let text):
        (
          "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
            + "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, "
            + "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER "
            + "or a valid sha256 value.", "x-amz-content-sha256", text
        )
      case .unsupportedAuthorizationType(let text):
        ("Unsupported Authorization Type", "Authorization", text)
      default:
        ("Invalid Argument", "Authorization", "")
      }
    return (.invalidArgument, message, [("ArgumentName", name), ("ArgumentValue", value)])
  }

  private var malformedHeader: S3ErrorFields {
    let detail =
      switch self {
      case .malformedComponent(let text): "the authorization component \"\(text)\" is malformed."
      case .missingComponent(let component): "missing \(component.rawValue)."
      default: ""
      }
    return (
      .authorizationHeaderMalformed, "The authorization header is malformed; \(detail)", []
    )
  }

  private var malformedQuery: S3ErrorFields {
    let message =
      switch self {
      case .unsupportedQueryAlgorithm:
        "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\""
      case .malformedQueryDate:
        "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""
      case .expiresNotANumber:
        "X-Amz-Expires should be a number"
      case .expiresNegative:
        "X-Amz-Expires must be non-negative"
      case .expiresTooLarge:
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be "
          + "less than 604800 seconds"
      default:
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
          + "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
      }
    return (.authorizationQueryParametersError, message, [])
  }

  private var accessDenied: S3ErrorFields {
    switch self {
    case .expired(let seconds, let expiry, let server):
      (
        .accessDenied, "Request has expired",
        [
          ("X-Amz-Expires", String(seconds)), ("Expires", expiry.iso8601WholeSeconds),
          ("ServerTime", server.iso8601WholeSeconds),
        ]
      )
    case .expiredV2(let expiry, let server):
      (
        .accessDenied, "Request has expired",
        [("Expires", expiry.iso8601WholeSeconds), ("ServerTime", server.iso8601WholeSeconds)]
      )
    case .notYetValid:
      (.accessDenied, "Request is not yet valid", [])
    case .headersNotSigned(let names):
      (
        .accessDenied, "There were headers present in the request which were not signed",
        [("HeadersNotSigned", names.joined(separator: ", "))]
      )
    case .malformedV2Expires(let text):
      (.accessDenied, "Invalid date (should be seconds since epoch): \(text)", [])
    case .missingV2QueryParameters:
      (
        .accessDenied,
        "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters", []
      )
    default:
      (.accessDenied, "AWS authentication requires a valid Date or x-amz-date header", [])
    }
  }

  private var invalidRequest: S3ErrorFields {
    let message =
      switch self {
      case .missingContentSHA256:
        "Missing required header for this request: x-amz-content-sha256"
      case .streamingNeedsSignature:
        "Requests without a version 4 signature don't support this x-amz-content-sha256 value. "
          + "Please use UNSIGNED-PAYLOAD or STREAMING-UNSIGNED-PAYLOAD-TRAILER."
      case .payloadHashNotAvailable:
        "The request body is part of the signature and could not be read"
      default:
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
      }
    return (.invalidRequest, message, [])
  }
}
