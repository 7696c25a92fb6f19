import Primitives

/// A `Credential` taken apart: `AKID/YYYYMMDD/region/service/aws4_request`, or in OSS
/// `AKID/YYYYMMDD/region/oss/aliyun_v4_request`.
struct CredentialScope {
  /// The whole of it; the name under which the derived key is cached.
  let credential: ArraySlice<UInt8>
  let service: SignedService
  /// Where the last four parts begin, from left to right.
  private let dayStart: Int
  private let regionStart: Int
  private let serviceStart: Int
  private let terminatorStart: Int

  /// Parses from the right, so that a key id may contain slashes, and checks every part but the day. `isOSS` tells
  /// which services and which ending are right.
  init(
    _ credential: ArraySlice<UInt8>, _ configuration: SigningConfiguration, _ place: AuthenticationPlace,
    isOSS: Bool = false
  ) throws(SignatureError) {
    var end = credential.endIndex
    guard let terminator = Self.part(credential, endingAt: &end),
      let service = Self.part(credential, endingAt: &end),
      let region = Self.part(credential, endingAt: &end),
      let day = Self.part(credential, endingAt: &end), end > credential.startIndex
    else { throw .scope(.shape, place) }
    self.credential = credential
    (dayStart, regionStart, serviceStart, terminatorStart) = (day, region, service, terminator)
    let first = credential.startIndex
    let bytes = credential.span
    guard region - 1 - day == 8, Self.areDigits(bytes, (day - first)..<(region - 1 - first)) else {
      throw .scope(.dateFormat(credential[day..<(region - 1)].lossyText), place)
    }
    guard let known = Self.service(bytes, (service - first)..<(terminator - 1 - first)),
      (known == .oss) == isOSS
    else {
      let text = credential[service..<(terminator - 1)].lossyText
      throw .scope(.service(text, expected: (isOSS ? SignedService.oss : .s3).rawValue), place)
    }
    self.service = known
    let regionBytes = bytes.extracting((region - first)..<(service - 1 - first))
    guard configuration.accepts(region: regionBytes, for: known) else {
      let text = credential[region..<(service - 1)].lossyText
      throw .scope(.region(text, expected: configuration.region), place)
    }
    let ending: StaticString = isOSS ? "aliyun_v4_request" : "aws4_request"
    guard bytes.holds(ending, at: (terminator - first)..<bytes.count) else {
      throw .scope(.terminator(credential[terminator...].lossyText), place)
    }
  }

  private static func areDigits(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range where !(0x30...0x39).contains(bytes[index]) { return false }
    return true
  }

  /// Whether the day is the one that `YYYYMMDD…` begins with.
  func isDay(of date: Span<UInt8>) -> Bool {
    guard date.count >= 8 else { return false }
    let bytes = credential.span
    let start = dayStart - credential.startIndex
    for index in 0..<8 where bytes[start + index] != date[index] { return false }
    return true
  }

  /// The start of the part that ends at `end`, which moves on to the slash before it.
  private static func part(_ credential: ArraySlice<UInt8>, endingAt end: inout Int) -> Int? {
    var index = end
    while index > credential.startIndex {
      index -= 1
      if credential[index] == UInt8(ascii: "/") {
        end = index
        return index + 1
      }
    }
    return nil
  }

  var accessKeyID: ArraySlice<UInt8> { credential[..<(dayStart - 1)] }

  /// Eight digits.
  var day: ArraySlice<UInt8> { credential[dayStart..<(regionStart - 1)] }

  /// `YYYYMMDD/region/service/aws4_request`, as it stands in the string to sign.
  var text: ArraySlice<UInt8> { credential[dayStart...] }

  /// The scope as the primitives know it.
  var sigV4: SigV4Scope {
    SigV4Scope(
      day: day.lossyText, region: credential[regionStart..<(serviceStart - 1)].lossyText,
      service: service.rawValue)
  }

  /// The service that a credential names, whatever else is wrong with it.
  static func service(ofCredential credential: ArraySlice<UInt8>) -> SignedService? {
    let parts = credential.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count >= 5 else { return nil }
    let name = parts[parts.count - 2]
    return service(name.span, 0..<name.count)
  }

  private static func service(_ bytes: Span<UInt8>, _ name: Range<Int>) -> SignedService? {
    if bytes.holds("s3", at: name) { return .s3 }
    if bytes.holds("iam", at: name) { return .iam }
    if bytes.holds("sts", at: name) { return .sts }
    if bytes.holds("oss", at: name) { return .oss }
    return nil
  }
}

extension SigningConfiguration {
  /// The IAM and STS clients sign for `us-east-1` whatever region they are configured with (those services
  /// are global), so for them that name is accepted too.
  func accepts(region: Span<UInt8>, for service: SignedService) -> Bool {
    for accepted in acceptedRegions where region.equals(accepted.span) { return true }
    return (service == .iam || service == .sts) && region.holds("us-east-1", at: 0..<region.count)
  }
}
