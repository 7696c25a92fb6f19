import Primitives

/// The two ids that every reply carries and every log line repeats.
package struct RequestIdentifiers: Sendable {
  /// `x-amz-request-id`: 16 upper-case alphanumerics; `x-oss-request-id`: 24 hexadecimal digits. New for every request.
  package let requestID: [UInt8]
  /// `x-amz-id-2`: Base64 text that names the server process that answered.
  package let hostID: [UInt8]

  package init(requestID: [UInt8], hostID: [UInt8]) {
    self.requestID = requestID
    self.hostID = hostID
  }

  /// Of this process: 48 random bytes, chosen at the first request.
  package static let processHostID: [UInt8] = Array(Base64.encode(SecureRandom.bytes(48)).utf8)
}
