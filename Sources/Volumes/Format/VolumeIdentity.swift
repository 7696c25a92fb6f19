import Primitives

/// The 64 bytes of the file `volume` (docs/format/volume.md).
package struct VolumeIdentity: Hashable, Sendable {
  static let version: UInt16 = 1
  static let magicNumber = magic("WEIRVOL1")

  /// The volume's number within its server.
  package var number: UInt16
  /// The volume's id.
  package var id: VolumeID
  /// When it was created, in milliseconds since 1970 UTC.
  package var createdMilliseconds: Int64

  /// The bytes of the file.
  func encoded() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: VolumeFormat.identitySize)
    // SAFETY: the pointer stays inside the closure; every store checks its range.
    unsafe bytes.withUnsafeMutableBytes { target in
      unsafe target.store(Self.magicNumber, at: 0)
      unsafe target.store(Self.version, at: 8)
      unsafe target.store(number, at: 10)
      unsafe target.store(id.high, at: 16)
      unsafe target.store(id.low, at: 24)
      unsafe target.store(createdMilliseconds, at: 32)
      unsafe target.store(CRC.crc32c(target.part(0..<60)), at: 60)
    }
    return bytes
  }

  /// Reads `encoded()`; throws `.format` on anything that is not a volume of a known version.
  static func decode(_ bytes: [UInt8]) throws(VolumeError) -> VolumeIdentity {
    // SAFETY: the pointer stays inside the closure; every load checks its range.
    let result: Result<VolumeIdentity, VolumeError> = unsafe bytes.withUnsafeBytes { source in
      guard source.count >= 10, unsafe source.littleEndian(0, as: UInt64.self) == magicNumber else {
        return .failure(VolumeError(.format, "the identity file is not that of a volume"))
      }
      let version = unsafe source.littleEndian(8, as: UInt16.self)
      guard version == Self.version else {
        return .failure(
          VolumeError(.format, "it has volume format \(version), and this release knows \(Self.version)"))
      }
      guard source.count == VolumeFormat.identitySize,
        unsafe CRC.crc32c(source.part(0..<60)) == source.littleEndian(60, as: UInt32.self)
      else { return .failure(VolumeError(.damaged, "the identity file of the volume is damaged")) }
      let id = unsafe VolumeID(
        high: source.littleEndian(16, as: UInt64.self), low: source.littleEndian(24, as: UInt64.self))
      return .success(
        unsafe VolumeIdentity(
          number: source.littleEndian(10, as: UInt16.self), id: id,
          createdMilliseconds: source.littleEndian(32, as: Int64.self)))
    }
    return try result.get()
  }
}
