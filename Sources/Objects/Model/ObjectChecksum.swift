package import Primitives

/// What a checksum of an object made of parts covers (AWS user guide, "Checking object integrity").
package enum ChecksumType: UInt8, Hashable, Sendable, CaseIterable {
  /// The checksum of the whole byte string.
  case fullObject = 1
  /// The checksum of the parts' checksums, one after the other.
  case composite = 2

  /// `FULL_OBJECT` or `COMPOSITE`.
  package var name: String {
    switch self {
    case .fullObject: "FULL_OBJECT"
    case .composite: "COMPOSITE"
    }
  }

  /// By its name, letter case ignored.
  package init?(name: String) {
    guard let found = Self.allCases.first(where: { $0.name == name.uppercased() }) else { return nil }
    self = found
  }
}

/// A stored checksum.
package struct ObjectChecksum: Hashable, Sendable {
  package let algorithm: ChecksumAlgorithm
  package let type: ChecksumType
  /// The raw value, `algorithm.digestLength` bytes.
  package let value: [UInt8]
  /// How many parts a composite value was made of; nil for a full-object one.
  package let partCount: Int?

  package init(algorithm: ChecksumAlgorithm, type: ChecksumType, value: [UInt8], partCount: Int? = nil) {
    self.algorithm = algorithm
    self.type = type
    self.value = value
    self.partCount = partCount
  }

  /// The value as headers carry it: base64, with `-N` behind a composite value of N parts.
  package var headerText: String {
    let base64 = Base64.encode(value)
    guard let partCount else { return base64 }
    return base64 + "-" + String(partCount)
  }
}

/// A checksum that a client says its bytes have.
package struct ExpectedChecksum: Hashable, Sendable {
  package let algorithm: ChecksumAlgorithm
  /// `algorithm.digestLength` bytes.
  package let value: [UInt8]
  /// The N of `-N`, where it was sent.
  package let partCount: Int?

  package init(algorithm: ChecksumAlgorithm, value: [UInt8], partCount: Int? = nil) {
    self.algorithm = algorithm
    self.value = value
    self.partCount = partCount
  }
}
