import Glibc
import Ring

extension VolumeStore {
  /// The rings that read and write here.
  package var ringCount: Int { shares.count }

  /// Segments that nobody writes to and in which nothing is live, but for the one with the greatest number: that
  /// keeps numbers from being used again (docs/ordering.md, "Volumes", rule 5).
  package func emptySegments() -> [UInt32] {
    let last = volume.ledger.greatest
    return volume.ledger.empty().filter { $0 < last }
  }

  /// Removes the file of a segment if it is still empty: how many bytes it took, nil when it is not. The caller has
  /// made sure that nobody reads it (docs/ordering.md, "Reclaim", rule 1). Throws `.io`; a file that is gone already
  /// is no error.
  package func remove(segment: UInt32) async throws(VolumeError) -> UInt64? {
    let path = volume.path(segment)
    guard let used = volume.ledger.takeEmpty(segment) else { return nil }
    let failure = await Ring.current.blocking.run { () -> IOError? in
      do throws(IOError) {
        try Directory.remove(file: path)
        return nil
      } catch { return error }
    }
    if let failure, failure.errno != ENOENT {
      volume.ledger.addSealed(segment, size: used)
      throw VolumeError(failure, "removing a segment", volume: volumeNumber, segment: segment)
    }
    for share in shares {
      await share.ring.run { share.openSegments.drop(segment) }
    }
    return used
  }
}
