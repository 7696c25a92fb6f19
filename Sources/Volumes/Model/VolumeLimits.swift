/// Limits within which the options are kept, and those that follow from them. Tests hold them.
package enum VolumeLimits {
  /// What `VolumeOptions.segmentSize` can be, in bytes; a value outside is taken to the nearer end.
  package static let segmentSizes = segmentSizeMin...VolumeFormat.segmentSizeMax
  /// What `VolumeOptions.packThreshold` can be, in bytes; a value outside is taken to the nearer end.
  package static let packThresholds = 0...packThresholdMax
  /// Smallest preallocated segment, in bytes; also where halving ends when a disk is nearly full.
  static let segmentSizeMin: UInt64 = 1 << 20
  /// Greatest `packThreshold`: header, payload and trailer must fit one buffer of 256 KiB with its padding.
  static let packThresholdMax = 128 << 10
  /// Smallest `extentSizeMax`, in bytes: more than a buffer holds.
  static let extentSizeMaxMin: UInt64 = 512 << 10
  /// The first extent of a blob of unknown length, in payload bytes; each next one is twice as large.
  static let unknownLengthExtent: UInt64 = 1 << 20
  /// Rather than leaving more than this at the end of a segment, an extent takes what is left.
  static let tailLeast: UInt64 = 4 << 20
  /// What a reservation may insist on, in bytes: a fresh segment of the smallest size always has it.
  static let reservationLeastMax: UInt64 = 512 << 10
  /// Group buffers of 256 KiB that one round of packing writes at most.
  static let packBuffersMax = 16

  /// `options` with every value within its limits.
  static func clamped(_ options: VolumeOptions) -> VolumeOptions {
    var result = options
    result.segmentSize = VolumeFormat.roundedUpToPage(
      min(max(options.segmentSize, segmentSizes.lowerBound), segmentSizes.upperBound))
    result.extentSizeMax = min(max(options.extentSizeMax, extentSizeMaxMin), VolumeFormat.extentPayloadMax)
    result.packThreshold = min(
      max(options.packThreshold, packThresholds.lowerBound), packThresholds.upperBound)
    result.writesInFlightMax = min(max(options.writesInFlightMax, 1), 16)
    result.openSegmentsMax = min(max(options.openSegmentsMax, 8), 65_536)
    return result
  }
}
