import Primitives

/// What Complete needs to know of a part; its pieces are read later.
struct PartSummary: Sendable {
  let number: Int
  let size: UInt64
  let etag: ETag
  /// Raw value.
  let checksum: [UInt8]

  init(number: Int, size: UInt64, etag: ETag, checksum: [UInt8]) {
    self.number = number
    self.size = size
    self.etag = etag
    self.checksum = checksum
  }
}

/// Judges the list of a Complete against the parts that were uploaded, and computes what the object will be
/// called by (AWS API reference, CompleteMultipartUpload). Pure.
struct PartAssembly: Sendable {
  /// The parts of the object, in order.
  let parts: [PartSummary]
  let size: UInt64
  let etag: ETag
  let checksum: ObjectChecksum

  init(
    _ request: CompleteMultipartUploadRequest, _ upload: UploadRecord, uploaded: [PartSummary],
    smallestPart: UInt64
  ) throws(ObjectError) {
    let algorithm = upload.checksumAlgorithm ?? .crc64nvme
    let type = upload.checksumType ?? .fullObject
    if let wanted = request.checksumType, wanted != type { throw .checksumTypeMismatch(created: type) }
    guard !request.parts.isEmpty else { throw .noParts }

    parts = try Self.select(
      request, uploaded, algorithm, isDeclared: upload.checksumAlgorithm != nil)
    try Self.checkOrder(request)
    if type == .composite { try Self.checkComposite(request, algorithm) }
    try Self.checkSizes(parts, smallestPart)
    size = parts.reduce(0) { $0 + $1.size }
    if let declared = request.objectSize, declared != size {
      throw .objectSizeMismatch(declared: declared, actual: size)
    }
    etag = Self.etag(parts.map(\.etag))
    checksum = Self.combine(parts, algorithm, type)
    if let expected = request.expectedChecksum {
      guard expected.algorithm == algorithm, expected.value == checksum.value,
        expected.partCount == nil || expected.partCount == checksum.partCount
      else { throw .checksumMismatch(expected.algorithm) }
    }
  }

  /// MD5 of the parts' MD5s, and their number.
  static func etag(_ tags: [ETag]) -> ETag {
    ETag(md5: MD5.hash(tags.flatMap(\.md5)), partCount: tags.count)
  }

  /// Every listed part must have been uploaded as it is listed.
  private static func select(
    _ request: CompleteMultipartUploadRequest, _ uploaded: [PartSummary], _ algorithm: ChecksumAlgorithm,
    isDeclared: Bool
  ) throws(ObjectError) -> [PartSummary] {
    var byNumber: [Int: PartSummary] = [:]
    byNumber.reserveCapacity(uploaded.count)
    for part in uploaded { byNumber[part.number] = part }
    var parts: [PartSummary] = []
    parts.reserveCapacity(request.parts.count)
    for wanted in request.parts {
      guard let part = byNumber[wanted.number], part.etag.text == wanted.etag.lowercased(),
        matches(wanted.checksum, part, algorithm, isDeclared: isDeclared)
      else {
        throw .invalidPart(uploadID: request.uploadID, number: wanted.number, etag: wanted.etag)
      }
      parts.append(part)
    }
    return parts
  }

  /// Whether a listed checksum is the part's. An upload that declared no algorithm takes parts with any, which
  /// were verified on arrival and not kept.
  private static func matches(
    _ listed: ExpectedChecksum?, _ part: PartSummary, _ algorithm: ChecksumAlgorithm, isDeclared: Bool
  ) -> Bool {
    guard let listed else { return true }
    if listed.algorithm != algorithm { return !isDeclared }
    return listed.value == part.checksum
  }

  private static func checkOrder(_ request: CompleteMultipartUploadRequest) throws(ObjectError) {
    for (earlier, later) in zip(request.parts, request.parts.dropFirst())
    where later.number <= earlier.number {
      throw .invalidPartOrder(uploadID: request.uploadID, number: later.number, etag: later.etag)
    }
  }

  /// Composite checksums want each part's value in the list, and numbers from 1 without gaps.
  private static func checkComposite(
    _ request: CompleteMultipartUploadRequest, _ algorithm: ChecksumAlgorithm
  ) throws(ObjectError) {
    for (index, part) in request.parts.enumerated() {
      if part.checksum == nil { throw .partChecksumMissing(algorithm, number: part.number) }
      if part.number != index + 1 {
        throw .invalidPartOrder(uploadID: request.uploadID, number: part.number, etag: part.etag)
      }
    }
  }

  private static func checkSizes(_ parts: [PartSummary], _ smallest: UInt64) throws(ObjectError) {
    for part in parts.dropLast() where part.size < smallest {
      throw .partTooSmall(proposed: part.size, minimum: smallest, number: part.number, etag: part.etag)
    }
  }

  private static func combine(
    _ parts: [PartSummary], _ algorithm: ChecksumAlgorithm, _ type: ChecksumType
  ) -> ObjectChecksum {
    switch type {
    case .composite:
      let digest = Digest(DigestAlgorithm(algorithm))
      for part in parts { digest.update(part.checksum) }
      return ObjectChecksum(
        algorithm: algorithm, type: type, value: digest.finish(), partCount: parts.count)
    case .fullObject:
      var value = parts[0].checksum
      for part in parts.dropFirst() {
        value = CRC.combine(algorithm, value, part.checksum, lengthOfSecond: part.size)
      }
      return ObjectChecksum(algorithm: algorithm, type: type, value: value)
    }
  }
}
