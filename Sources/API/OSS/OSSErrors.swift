import Primitives

/// How OSS tells the server's failures: most codes are S3's, some have another name, status or both.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/error-responses>
package enum OSSErrors {
  /// The reply of a failure.
  @Sendable package static func refusal(_ error: S3Error, _ context: RefusalContext) -> Refusal {
    let (code, status) = spelling(error, context)
    let number = ec(code, status)
    let document = document(error, code, number, context)
    var headers = error.headers
    headers.append(("x-oss-ec", number))
    // There is no body to read the code from.
    if context.isHead || status == 304 { headers.append(("x-oss-err", Base64.encode(document))) }
    return Refusal(code: code, status: status, document: status == 304 ? [] : document, headers: headers)
  }

  /// Whether a copy was asked for only if its source had changed: OSS answers as to a read.
  private static func isUnchangedSource(_ error: S3Error) -> Bool {
    let prefix = HeaderVocabulary.oss.copySourceConditions.displayPrefix
    return error.elements.contains {
      $0.value == prefix + "If-None-Match" || $0.value == prefix + "If-Modified-Since"
    }
  }

  /// OSS's code and status.
  private static func spelling(_ error: S3Error, _ context: RefusalContext) -> (String, Int) {
    switch error.code {
    case .preconditionFailed where context.forbidsOverwrite: ("FileAlreadyExists", 409)
    case .badDigest, .contentSHA256Mismatch: ("InvalidDigest", 400)
    case .invalidURI, .keyTooLong: ("InvalidObjectName", 400)
    case .bucketAlreadyOwnedByYou: ("BucketAlreadyExists", 409)
    case .authorizationHeaderMalformed, .authorizationQueryParametersError, .invalidStorageClass,
      .illegalVersioningConfiguration, .metadataTooLarge:
      ("InvalidArgument", 400)
    case .missingRequestBody: ("MalformedXML", 400)
    // Too many tags; other requests that meet it were never read.
    case .badRequest where context.isRead: ("InvalidTag", 400)
    case .preconditionFailed where isUnchangedSource(error): ("NotModified", 304)
    case .maxPostPreDataLengthExceeded: ("MaxPOSTPreDataLengthExceededError", 400)
    case .invalidToken: ("InvalidSecurityToken", 403)
    case .notImplemented, .accessControlListNotSupported, .invalidBucketAclWithObjectOwnership:
      ("NotImplemented", 400)
    case .objectLockConfigurationNotFound, .noSuchObjectLockConfiguration: ("NoSuchWORMConfiguration", 404)
    case .slowDown where error.isOverRate: ("TotalQpsLimitExceeded", 503)
    case .slowDown: ("ServiceUnavailable", 503)
    default: (error.code.name, error.status)
    }
  }

  /// `0SSS-NNNNNNNN`: the status, and a number that belongs to the code.
  private static func ec(_ code: String, _ status: Int) -> String {
    let number = String(CRC.crc32(Array(code.utf8)) % 100_000_000)
    return "0\(status)-" + String(repeating: "0", count: 8 - number.count) + number
  }

  private static func document(
    _ error: S3Error, _ code: String, _ number: String, _ context: RefusalContext
  ) -> [UInt8] {
    var xml = XMLWriter(capacity: 512)
    xml.open("Error")
    xml.element("Code", code)
    xml.element("Message", error.message)
    xml.element("RequestId", context.identifiers.requestID)
    xml.element("HostId", context.host)
    for element in error.elements { xml.element(element.name, element.value) }
    xml.element("EC", number)
    xml.close("Error")
    return xml.bytes
  }
}
