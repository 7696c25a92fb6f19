/// What a blob is written for: near a full disk only what makes room is.
package enum WritePurpose: Sendable, Hashable {
  /// New data: segments for it leave `VolumeOptions.freeBytesReserve` free.
  case store
  /// Data moved out of a segment that will be removed: segments for it leave `VolumeOptions.freeBytesForMoves`.
  case move
}
