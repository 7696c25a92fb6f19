/// An `Authorization` header, taken apart but not verified.
enum AuthorizationHeader {
  case v4(AuthorizationV4)
  case v2(accessKeyID: ArraySlice<UInt8>, signature: ArraySlice<UInt8>)

  /// Takes the value of the header, trimmed, apart.
  init(_ value: ArraySlice<UInt8>) throws(SignatureError) {
    guard let blank = value.firstIndex(of: UInt8(ascii: " ")) else {
      throw .authorizationWithoutSpace(authorization: value.lossyText)
    }
    let scheme = value[..<blank]
    let parameters = value[(blank + 1)...]
    if scheme.matches("AWS4-HMAC-SHA256") {
      self = .v4(try AuthorizationV4(header: parameters))
    } else if scheme.matches("AWS") {
      self = try Self.v2(parameters, whole: value)
    } else if scheme.matches("AWS4-ECDSA-P256-SHA256") {
      throw .mechanismNotSupported
    } else {
      throw .unsupportedAuthorizationType(authorization: value.lossyText)
    }
  }

  private static func v2(_ parameters: ArraySlice<UInt8>, whole: ArraySlice<UInt8>)
    throws(SignatureError) -> AuthorizationHeader
  {
    guard !parameters.contains(UInt8(ascii: " ")) else {
      throw .authorizationWithoutSpace(authorization: whole.lossyText)
    }
    guard let colon = parameters.lastIndex(of: UInt8(ascii: ":")), colon > parameters.startIndex else {
      throw .malformedV2Header(authorization: whole.lossyText)
    }
    return .v2(accessKeyID: parameters[..<colon], signature: parameters[(colon + 1)...])
  }
}

/// The parameters of a V4 signature, from the header or from the query.
struct AuthorizationV4 {
  /// `AKID/YYYYMMDD/region/service/aws4_request`.
  let credential: ArraySlice<UInt8>
  /// `a;b;c`.
  let signedHeaders: ArraySlice<UInt8>
  /// 64 digits, if the client is honest.
  let signature: ArraySlice<UInt8>

  init(
    credential: ArraySlice<UInt8>, signedHeaders: ArraySlice<UInt8>, signature: ArraySlice<UInt8>
  ) {
    self.credential = credential
    self.signedHeaders = signedHeaders
    self.signature = signature
  }

  /// Parses `Credential=…, SignedHeaders=…, Signature=…`: any order, comma with or without blanks.
  init(header parameters: ArraySlice<UInt8>) throws(SignatureError) {
    var credential: ArraySlice<UInt8>?
    var signedHeaders: ArraySlice<UInt8>?
    var signature: ArraySlice<UInt8>?
    var start = parameters.startIndex
    while start <= parameters.endIndex {
      let end = parameters[start...].firstIndex(of: UInt8(ascii: ",")) ?? parameters.endIndex
      let component = parameters[start..<end].trimmingBlanks
      if let value = component.suffix(after: "Credential="), credential == nil {
        credential = value
      } else if let value = component.suffix(after: "SignedHeaders="), signedHeaders == nil {
        signedHeaders = value
      } else if let value = component.suffix(after: "Signature="), signature == nil {
        signature = value
      } else {
        throw .malformedComponent(component.lossyText)
      }
      start = end + 1
    }
    guard let credential else { throw .missingComponent(.credential) }
    guard let signedHeaders, !signedHeaders.isEmpty else { throw .missingComponent(.signedHeaders) }
    guard let signature, !signature.isEmpty else { throw .missingComponent(.signature) }
    self.init(credential: credential, signedHeaders: signedHeaders, signature: signature)
  }
}
