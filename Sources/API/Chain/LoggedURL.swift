import Primitives

/// A URL as a log may hold it: who reads the log must not be able to use a presigned URL that stands in it.
enum LoggedURL {
  /// Query parameters whose values stay out, in lower case: signatures and tokens, of S3's versions 4 and 2 and of
  /// OSS's 4 and 1.
  private static let secrets: Set<String> = [
    "x-amz-signature", "x-amz-security-token", "signature", "x-oss-signature", "x-oss-security-token",
    "security-token",
  ]
  private static let mask = Array("***".utf8)

  /// The URL, or request target, with `***` for each secret value of its query.
  static func masking(_ url: some Collection<UInt8>) -> [UInt8] {
    let bytes = Array(url)
    guard let mark = bytes.firstIndex(of: UInt8(ascii: "?")) else { return bytes }
    var masked = Array(bytes[...mark])
    masked.reserveCapacity(bytes.count)
    let parameters = bytes[(mark + 1)...].split(
      separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
    for (index, parameter) in parameters.enumerated() {
      if index > 0 { masked.append(UInt8(ascii: "&")) }
      guard let equals = parameter.firstIndex(of: UInt8(ascii: "=")), isSecret(parameter[..<equals]) else {
        masked += parameter
        continue
      }
      masked += parameter[...equals] + mask
    }
    return masked
  }

  private static func isSecret(_ name: ArraySlice<UInt8>) -> Bool {
    let decoded = PercentEncoding.decode(name, plusIsSpace: true) ?? Array(name)
    return secrets.contains(String(decoding: decoded, as: Unicode.UTF8.self).lowercased())
  }
}
