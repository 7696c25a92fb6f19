import Primitives

/// A `Credential` taken apart: `AKID/YYYYMMDD/region/service/aws4_request`.
struct CredentialScope {
  /// The whole of it; the name under which the derived key is cached.
  let credential: ArraySlice<UInt8>
  let accessKeyID: ArraySlice<UInt8>
  let day: ArraySlice<UInt8>
  let region: ArraySlice<UInt8>
  let service: SignedService
  /// `YYYYMMDD/region/service/aws4_request`, as it stands in the string to sign.
  let text: ArraySlice<UInt8>

  /// Parses from the right, so that a key id may contain slashes, and checks every part but the day.
  init(
    _ credential: ArraySlice<UInt8>, _ configuration: SigningConfiguration, _ place: AuthenticationPlace
  ) throws(SignatureError) {
    // The starts of the last four parts, from the right.
    var starts: [Int] = []
    starts.reserveCapacity(4)
    var index = credential.endIndex
    while index > credential.startIndex && starts.count < 4 {
      index -= 1
      if credential[index] == UInt8(ascii: "/") { starts.append(index + 1) }
    }
    guard starts.count == 4, starts[3] - 1 > credential.startIndex else { throw .scope(.shape, place) }
    self.credential = credential
    accessKeyID = credential[..<(starts[3] - 1)]
    text = credential[starts[3]...]
    day = credential[starts[3]..<(starts[2] - 1)]
    region = credential[starts[2]..<(starts[1] - 1)]
    let service = credential[starts[1]..<(starts[0] - 1)]
    let terminator = credential[starts[0]...]
    guard day.count == 8, day.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw .scope(.dateFormat(day.lossyText), place)
    }
    guard let known = Self.service(service) else {
      throw .scope(.service(service.lossyText, expected: SignedService.s3.rawValue), place)
    }
    self.service = known
    guard configuration.accepts(region: region, for: known) else {
      throw .scope(.region(region.lossyText, expected: configuration.region), place)
    }
    guard terminator.matches("aws4_request") else {
      throw .scope(.terminator(terminator.lossyText), place)
    }
  }

  /// The service that a credential names, whatever else is wrong with it.
  static func service(ofCredential credential: ArraySlice<UInt8>) -> SignedService? {
    let parts = credential.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return parts.count >= 5 ? service(parts[parts.count - 2]) : nil
  }

  private static func service(_ name: ArraySlice<UInt8>) -> SignedService? {
    if name.matches("s3") { return .s3 }
    if name.matches("iam") { return .iam }
    if name.matches("sts") { return .sts }
    return nil
  }

  /// The scope as the primitives know it.
  var sigV4: SigV4Scope {
    SigV4Scope(day: day.lossyText, region: region.lossyText, service: service.rawValue)
  }
}

extension SigningConfiguration {
  /// The IAM and STS clients sign for `us-east-1` whatever region they are configured with (those services
  /// are global), so for them that name is accepted too.
  func accepts(region: ArraySlice<UInt8>, for service: SignedService) -> Bool {
    if acceptedRegions.contains(where: { region.elementsEqual($0.utf8) }) { return true }
    return service != .s3 && region.matches("us-east-1")
  }
}
