import HTTP
import Objects
import Primitives

/// What the object store's failures with versions, locks and moments are in S3's words.
extension S3Error {
  init(version error: ObjectError, _ request: APIRequest) {
    switch error {
    case .noSuchVersion(let key, let version):
      self.init(.noSuchVersion, elements: [("Key", key.string), ("VersionId", version.text)])
    case .deleteMarker(let marker): self = .deleteMarker(marker, request)
    case .notRestorable(let moment, let earliest):
      let earliest = earliest.map { "Its earliest restorable time is \($0.time)." }
      self = .invalidRequest(
        "What the bucket was at \(moment.time) is not kept. "
          + (earliest ?? "It has neither versioning nor a recovery window."))
    case .momentInFuture(let moment):
      self = .invalidArgument(
        "\(AsOfHeader.name)", moment.time.iso8601, "The moment must not be in the future.")
    default: self.init(.internalError)
    }
  }

  init(lock error: ObjectError) {
    switch error {
    case .locked:
      self.init(.accessDenied, message: "Access Denied because object protected by object lock.")
    case .objectLockMissing: self = .invalidRequest("Bucket is missing Object Lock Configuration")
    case .noObjectLockOnVersion(let key):
      self.init(.noSuchObjectLockConfiguration, elements: [("Key", key.string)])
    case .invalidBucketState(.versioningNotEnabled):
      self.init(
        .invalidBucketState,
        message: "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration")
    case .invalidBucketState(.objectLockForbidsSuspension):
      self.init(
        .invalidBucketState,
        message: """
          An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.
          """)
    default: self.init(.internalError)
    }
  }

  init(worm conflict: BucketWormConflict) {
    switch conflict {
    case .missing: self.init(.noSuchWORMConfiguration)
    case .present: self.init(.wormConfigurationAlreadyExists)
    case .locked: self.init(.wormConfigurationLocked)
    case .notLocked:
      self.init(
        .invalidWORMConfiguration, message: "Only a WORM configuration that is locked can be extended.")
    case .notLonger:
      self.init(
        .invalidWORMConfiguration, message: "The retention period can only be extended to one that is longer."
      )
    }
  }

  /// A delete marker where an object was wanted. A key whose current version is one reads as absent; what is done to
  /// a marker itself is refused.
  ///
  /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html>
  private static func deleteMarker(_ marker: DeleteMarkerInfo, _ request: APIRequest) -> S3Error {
    let names = request.names
    let isRead = request.head.method == .get || request.head.method == .head
    if request.headers.contains(names.copySource) {
      guard marker.isNamed else { return .noSuchKey(marker.key.string) }
      return .invalidRequest(
        "The source of a copy request may not specifically refer to a delete marker by version id.")
    }
    let headers: [Header] = [
      (names.versions.deleteMarker, "true"), (names.versions.versionID, marker.label.text),
    ]
    guard marker.isNamed || !isRead else {
      var error = S3Error.noSuchKey(marker.key.string)
      error.headers = headers
      return error
    }
    var error = S3Error.methodNotAllowed(
      request.head.method.name, resource: "DeleteMarker", allow: "DELETE")
    error.headers += headers + [("Last-Modified", marker.lastModified.imfFixdate)]
    return error
  }
}
