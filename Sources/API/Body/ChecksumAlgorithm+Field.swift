import Primitives

extension ChecksumAlgorithm {
  /// The algorithm of `x-amz-checksum-<suffix>`, in any case; nil for one that this server does not compute.
  init?(fieldSuffix suffix: ArraySlice<UInt8>) {
    for algorithm in Self.s3 where suffix.matchesIgnoringCase(algorithm.headerSuffix) {
      self = algorithm
      return
    }
    return nil
  }
}
