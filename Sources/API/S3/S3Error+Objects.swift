import HTTP
package import Objects
import Primitives

/// What the object store's failures are in S3's words. Total: a new case does not compile until it is mapped.
extension S3Error {
  package init(_ error: ObjectError, _ request: APIRequest) {
    switch error {
    case .noSuchBucket(let name): self = .noSuchBucket(name)
    case .bucketAlreadyExists(let name):
      self.init(.bucketAlreadyExists, elements: [("BucketName", name)])
    case .bucketAlreadyOwnedByYou(let bucket):
      self.init(.bucketAlreadyOwnedByYou, elements: [("BucketName", bucket.name.string)])
    case .bucketNotEmpty(let name): self.init(.bucketNotEmpty, elements: [("BucketName", name)])
    case .bucketInUse(let name, let use):
      self.init(.bucketNotEmpty, message: use.message, elements: [("BucketName", name)])
    case .noSuchKey(let key): self = .noSuchKey(key.string)
    case .noSuchVersion, .deleteMarker, .notRestorable, .momentInFuture: self.init(version: error, request)
    case .positionNotEqualToLength(let next):
      self.init(.positionNotEqualToLength)
      if let name = request.dialect.objects.nextAppendPosition { headers = [(name, String(next))] }
    case .partNotSequential(let number):
      self.init(.partNotSequential, elements: [("PartNumber", String(number))])
    case .noSymlinkTarget(let target):
      self.init(.symlinkTargetNotExist, elements: [("Key", target.string)])
    case .symlinkToSymlink(let target):
      self.init(.invalidTargetType, elements: [("Key", target.string)])
    case .notSymlink(let key): self.init(.notSymlink, elements: [("Key", key.string)])
    case .objectNotAppendable(let key):
      self.init(.objectNotAppendable, elements: [("Key", key.string)])
    case .locked, .objectLockMissing, .noObjectLockOnVersion, .invalidBucketState: self.init(lock: error)
    case .archived, .notArchived, .restoreUnderWayAlready, .notRestored, .restoreNotDone,
      .restoreRefused:
      self.init(archive: error, request)
    case .immutable(let key): self.init(.fileImmutable, elements: [("Key", key.string)])
    case .worm(let conflict): self.init(worm: conflict)
    case .preconditionFailed(let condition): self = .preconditionFailed(condition.headerName(request.names))
    case .entityTooLarge, .incompleteBody, .contentMD5Mismatch, .checksumMismatch, .body:
      self.init(body: error)
    case .copySourceTooLarge, .copyOntoItselfUnchanged, .copyRangeOutOfBounds:
      self.init(copy: error, request)
    case .noSuchUpload, .partNumberOutOfRange, .noParts, .invalidPart, .invalidPartOrder, .partTooSmall,
      .objectSizeMismatch, .invalidUploadIDMarker, .invalidPartNumber:
      self.init(parts: error)
    case .checksumAlgorithmMismatch, .checksumTypeMismatch, .partChecksumMissing, .checksumTypeUnsupported,
      .checksumTypeWithoutAlgorithm:
      self = .invalidRequest(S3Error.checksumMessage(error))
    // Views and restores are not S3's: no operation of its asks for them.
    case .noSuchView(let name): self = .noSuchBucket(name)
    case .viewAlreadyExists(let name): self.init(.bucketAlreadyExists, elements: [("BucketName", name)])
    case .tooManyViews, .noSuchRestoreJob, .restoreUnderWay: self.init(.invalidRequest)
    case .conflict:
      let isConditional = request.headers.contains("if-match") || request.headers.contains("if-none-match")
      self.init(isConditional ? .conditionalRequestConflict : .operationAborted)
    case .storage(let failure):
      if request.outcome.failure == nil { request.outcome.failure = failure }
      self.init(failure)
    }
  }

  /// A failure of the storage: nothing of it is told but whether to come back.
  package init(_ failure: StorageFailure) {
    switch failure.code {
    case .damaged, .io: self.init(.internalError)
    case .full: self.init(.insufficientStorage)
    case .readOnly:
      self.init(
        .serviceUnavailable,
        message: "The server cannot write to its disk. Objects can still be read and deleted.")
    case .closed: self.init(.serviceUnavailable)
    case .overloaded: self.init(.slowDown)
    }
  }

  private init(body error: ObjectError) {
    switch error {
    case .entityTooLarge(let proposed, let maximum):
      var elements: [Element] = []
      if let proposed { elements.append(("ProposedSize", String(proposed))) }
      elements.append(("MaxSizeAllowed", String(maximum)))
      self.init(.entityTooLarge, elements: elements)
    case .incompleteBody(let expected, let provided):
      self.init(
        .incompleteBody,
        elements: [("NumberBytesExpected", String(expected)), ("NumberBytesProvided", String(provided))])
    case .contentMD5Mismatch(let expected, let calculated):
      // S3 prints the one in hexadecimal and the other in Base64.
      self.init(
        .badDigest,
        elements: [
          ("ExpectedDigest", Hex.encode(expected)), ("CalculatedDigest", Base64.encode(calculated)),
        ])
    case .checksumMismatch(let algorithm):
      self.init(
        .badDigest, message: "The \(algorithm.name) you specified did not match the calculated checksum.")
    case .body(let failure):
      self.init(bodyFailure: failure)
    default: self.init(.internalError)
    }
  }

  private init(copy error: ObjectError, _ request: APIRequest) {
    switch error {
    case .copySourceTooLarge(_, let maximum):
      self = .invalidRequest(
        "The specified copy source is larger than the maximum allowable size for a copy source: \(maximum)")
    case .copyOntoItselfUnchanged:
      self = .invalidRequest(
        """
        This copy request is illegal because it is trying to copy an object to itself without changing the \
        object's metadata, storage class, website redirect location or encryption attributes.
        """)
    case .copyRangeOutOfBounds(let size):
      let name = request.names.copySourceRange
      self = .invalidArgument(
        "\(name)", request.headers.string(name),
        "Range specified is not valid for source object of size: \(size)")
    default: self.init(.internalError)
    }
  }

  private init(parts error: ObjectError) {
    switch error {
    case .noSuchUpload(let id): self.init(.noSuchUpload, elements: [("UploadId", id)])
    case .partNumberOutOfRange(let number, let maximum):
      self = .partNumber(String(number), maximum: maximum)
    case .noParts: self.init(.malformedXML)
    case .invalidPart(let id, let number, let etag):
      self.init(.invalidPart, elements: S3Error.part(id, number, etag))
    case .invalidPartOrder(let id, let number, let etag):
      self.init(.invalidPartOrder, elements: S3Error.part(id, number, etag))
    case .partTooSmall(let proposed, let minimum, let number, let etag):
      self.init(
        .entityTooSmall,
        elements: [
          ("ProposedSize", String(proposed)), ("MinSizeAllowed", String(minimum)),
          ("PartNumber", String(number)), ("ETag", etag.text),
        ])
    case .objectSizeMismatch(let declared, let actual):
      self = .invalidRequest(
        "The provided 'x-amz-mp-object-size' header value \(declared) does not match what was computed: \(actual)"
      )
    case .invalidUploadIDMarker(let marker):
      self = .invalidArgument("upload-id-marker", marker, "Invalid uploadId marker")
    case .invalidPartNumber(let requested, let actual):
      self.init(
        .invalidPartNumber,
        elements: [
          ("PartNumberRequested", String(requested)), ("ActualPartCount", String(actual)),
        ])
    default: self.init(.internalError)
    }
  }

  /// 400 for a part number that no part can have.
  static func partNumber(_ value: String, maximum: Int) -> S3Error {
    .invalidArgument(
      "partNumber", value, "Part number must be an integer between 1 and \(maximum), inclusive")
  }

  private static func part(_ uploadID: String, _ number: Int, _ etag: String) -> [Element] {
    [("UploadId", uploadID), ("PartNumber", String(number)), ("ETag", etag)]
  }

  private static func checksumMessage(_ error: ObjectError) -> String {
    func name(_ algorithm: ChecksumAlgorithm?) -> String { algorithm?.headerSuffix ?? "null" }
    switch error {
    case .checksumAlgorithmMismatch(let expected, let actual):
      return """
        Checksum Type mismatch occurred, expected checksum Type: \(name(expected)), actual checksum Type: \
        \(name(actual))
        """
    case .checksumTypeMismatch(let created):
      return """
        The upload was created using the \(created.name) checksum mode. The complete request must use the \
        same checksum mode.
        """
    case .partChecksumMissing(let algorithm, let number):
      return """
        The upload was created using a \(algorithm.headerSuffix) checksum. The complete request must include \
        the checksum for each part. It was missing for part \(number) in the request.
        """
    case .checksumTypeUnsupported(let algorithm, let type):
      return """
        The \(type.name) checksum type cannot be used with the \(algorithm.headerSuffix) checksum algorithm.
        """
    case .checksumTypeWithoutAlgorithm:
      return "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header."
    default: return S3ErrorCode.invalidRequest.message
    }
  }
}
