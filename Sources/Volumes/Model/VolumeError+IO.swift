import Glibc
import Ring

extension VolumeError {
  /// What an operating-system failure means to a volume: no space, or anything else.
  init(
    _ error: IOError, _ doing: String, volume: UInt16? = nil, segment: UInt32? = nil, offset: UInt64? = nil
  ) {
    let isFull = error.errno == ENOSPC || error.errno == EDQUOT || error.errno == EFBIG
    self.init(
      isFull ? .full : .io, "\(doing): \(error)", volume: volume, segment: segment, offset: offset,
      errno: error.errno)
  }
}
