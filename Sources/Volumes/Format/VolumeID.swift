/// The random 128 bits that tell one volume from every other. Kept from clients: an audit trusts a header
/// because it names them.
struct VolumeID: Hashable, Sendable {
  /// The upper 64 bits.
  let high: UInt64
  /// The lower 64 bits.
  let low: UInt64
}
