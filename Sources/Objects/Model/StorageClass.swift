/// A storage class. Only `.standard` is stored now; the number is part of the record format.
package enum StorageClass: UInt8, Hashable, Sendable, CaseIterable {
  case standard = 0

  /// The name in S3's spelling.
  package var name: String {
    switch self {
    case .standard: "STANDARD"
    }
  }
}
