/// An `Authorization` header of OSS, taken apart but not verified.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/recommend-to-use-signature-version-4>
enum OSSAuthorization {
  case v1(accessKeyID: ArraySlice<UInt8>, signature: ArraySlice<UInt8>)
  case v4(OSSAuthorizationV4)

  /// Takes the value of the header, trimmed, apart.
  init(_ value: ArraySlice<UInt8>) throws(SignatureError) {
    guard let blank = value.firstIndex(of: UInt8(ascii: " ")) else {
      throw .authorizationWithoutSpace(authorization: value.lossyText)
    }
    let scheme = value[..<blank]
    let rest = value[(blank + 1)...].trimmingBlanks
    if scheme.matches("OSS4-HMAC-SHA256") {
      self = .v4(try OSSAuthorizationV4(rest))
    } else if scheme.matches("OSS") {
      guard let colon = rest.lastIndex(of: UInt8(ascii: ":")), colon > rest.startIndex else {
        throw .malformedV2Header(authorization: value.lossyText)
      }
      self = .v1(accessKeyID: rest[..<colon], signature: rest[(colon + 1)...])
    } else if scheme.matches("OSS2") {
      throw .mechanismNotSupported
    } else {
      throw .unsupportedAuthorizationType(authorization: value.lossyText)
    }
  }
}

/// The parameters of a V4 signature, from the header or from the query.
struct OSSAuthorizationV4 {
  /// `AKID/YYYYMMDD/region/oss/aliyun_v4_request`.
  var credential: ArraySlice<UInt8> = []
  /// `a;b;c`, headers that are signed beyond those that always are.
  var additionalHeaders: ArraySlice<UInt8> = []
  /// 64 digits, if the client is honest.
  var signature: ArraySlice<UInt8> = []

  init(
    credential: ArraySlice<UInt8>, additionalHeaders: ArraySlice<UInt8>, signature: ArraySlice<UInt8>
  ) {
    self.credential = credential
    self.additionalHeaders = additionalHeaders
    self.signature = signature
  }

  /// Parses `Credential=…,AdditionalHeaders=…,Signature=…`: the SDKs differ in order and blanks.
  init(_ parameters: ArraySlice<UInt8>) throws(SignatureError) {
    for piece in parameters.split(separator: UInt8(ascii: ",")) {
      let pair = piece.trimmingBlanks
      if let value = pair.suffix(after: "Credential=") {
        credential = value
      } else if let value = pair.suffix(after: "AdditionalHeaders=") {
        additionalHeaders = value
      } else if let value = pair.suffix(after: "Signature=") {
        signature = value
      } else {
        throw .malformedComponent(pair.lossyText)
      }
    }
    if credential.isEmpty { throw .missingComponent(.credential) }
    if signature.isEmpty { throw .missingComponent(.signature) }
  }
}
