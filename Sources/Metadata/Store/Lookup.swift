/// The answer to a point read that may be told not to wait for the disk.
package enum Lookup: Sendable {
  case found([UInt8])
  case absent
  /// The answer is on disk, and the read was asked to look in memory only.
  case notInMemory
}
