package import HTTP
package import Objects
import Primitives

/// Object Lock in headers.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html>
package enum LockHeaders {
  /// What a write asks of the lock of the version it makes.
  ///
  /// - Throws: InvalidRequest where the bucket has no Object Lock; InvalidArgument for a mode without a date or the
  ///   other way round, and for what is no mode, no hold, or no date to come.
  package static func read(_ request: APIRequest) throws(S3Error) -> LockTerms {
    let headers = request.headers
    let names = request.names.objectLock
    var terms = LockTerms()
    guard
      headers.contains(names.mode) || headers.contains(names.retainUntil) || headers.contains(names.legalHold)
    else { return terms }
    guard request.knownBucket.settings.objectLock != nil else { throw S3Error(.objectLockMissing, request) }
    terms.retention = try retention(
      mode: headers.first(names.mode), until: headers.first(names.retainUntil), names, now: request.arrived)
    if let value = headers.first(names.legalHold) {
      guard value.matches("ON") || value.matches("OFF") else {
        throw .invalidArgument(
          "\(names.legalHold)", value.lossyText, "Legal Hold must be either of 'ON' or 'OFF'")
      }
      terms.legalHold = value.matches("ON")
    }
    return terms
  }

  private static func retention(
    mode: ArraySlice<UInt8>?, until: ArraySlice<UInt8>?, _ names: ObjectLockHeaders, now: Timestamp
  ) throws(S3Error) -> Retention? {
    guard mode != nil || until != nil else { return nil }
    guard let mode, let until else {
      let missing = mode == nil ? names.mode : names.retainUntil
      throw .invalidArgument(
        "\(missing)", nil, "\(names.retainUntil) and \(names.mode) must both be supplied")
    }
    guard let known = RetentionMode(name: mode.lossyText) else {
      throw .invalidArgument("\(names.mode)", mode.lossyText, "Unknown wormMode directive.")
    }
    guard let time = Timestamp(iso8601: until), now < time else {
      throw .invalidArgument(
        "\(names.retainUntil)", until.lossyText, "The retain until date must be in the future!")
    }
    return Retention(mode: known, until: time)
  }

  /// Refuses a body that nothing vouches for where what it becomes is to be locked, in the dialect that asks for it.
  /// Unlike S3, a signature that covers the body will do: minio-py sends nothing else.
  ///
  /// - Throws: InvalidRequest.
  package static func checkIntegrity(_ terms: LockTerms, _ request: APIRequest) throws(S3Error) {
    guard request.dialect.objects.demandsIntegrity,
      terms.retention != nil || request.knownBucket.settings.objectLock?.defaultRetention != nil,
      request.checksums?.hasIntegrityHeader != true, request.body?.isSigned != true
    else { return }
    throw .invalidRequest(
      """
      Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters
      """)
  }

  /// Whether the request asks to bypass GOVERNANCE. Who gets here owns the bucket or is root, and may.
  ///
  /// - Throws: InvalidArgument where the bucket has no Object Lock.
  package static func bypassesGovernance(_ request: APIRequest) throws(S3Error) -> Bool {
    let name = request.names.objectLock.bypassGovernance
    guard let value = request.headers.first(name), value.matchesIgnoringCase("true") else { return false }
    guard request.knownBucket.settings.objectLock != nil else {
      throw .invalidArgument(
        "\(name)", value.lossyText, "\(name) is only applicable to Object Lock enabled buckets.")
    }
    return true
  }

  /// Adds a version's lock to a reply's head.
  package static func add(_ info: ObjectInfo, to head: inout ResponseHead, _ names: ObjectLockHeaders) {
    if let retention = info.retention {
      head.add(names.mode, retention.mode.name)
      head.add(names.retainUntil, retention.until.iso8601)
    }
    if let isHeld = info.legalHold { head.add(names.legalHold, isHeld ? "ON" : "OFF") }
  }
}

extension RetentionMode {
  /// As S3 spells it.
  package var name: String {
    switch self {
    case .governance: "GOVERNANCE"
    case .compliance: "COMPLIANCE"
    }
  }

  /// Nil for what is no mode.
  package init?(name: String) {
    switch name {
    case "GOVERNANCE": self = .governance
    case "COMPLIANCE": self = .compliance
    default: return nil
    }
  }
}
