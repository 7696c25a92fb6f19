import Glibc
import Primitives
import Ring

extension VolumeIdentity {
  /// Reads the identity of the volume in `directory`; nil for one that is still to be made. Segments without an
  /// identity are not taken for a new volume.
  static func read(in directory: String, _ segments: [UInt32]) async throws(VolumeError) -> VolumeIdentity? {
    let path = directory + "/volume"
    if Directory.exists(path) { return try await read(path) }
    guard segments.isEmpty else {
      throw VolumeError(.damaged, "\(directory) has segments but its identity file is gone")
    }
    return nil
  }

  /// Gives the new volume in `directory` an identity.
  static func create(in directory: String, _ number: UInt16) async throws(VolumeError) -> VolumeIdentity {
    let path = directory + "/volume"
    let identity = VolumeIdentity(
      number: number, id: VolumeID(high: SecureRandom.uint64(), low: SecureRandom.uint64()),
      createdMilliseconds: Timestamp.now().milliseconds)
    try await perform("creating \(path)") { () async throws(IOError) in
      try await write(identity.encoded(), to: path + ".new")
      try Directory.rename(path + ".new", to: path)
      try Directory.synchronize(directory)
    }
    return identity
  }

  private static func read(_ path: String) async throws(VolumeError) -> VolumeIdentity {
    let bytes = try await perform("reading \(path)") { () async throws(IOError) in
      let file = try await File.open(path, flags: O_RDONLY)
      defer { file.close() }
      // SAFETY: allocated and freed here; the read has ended by then.
      let memory = UnsafeMutableRawBufferPointer.allocate(
        byteCount: VolumeFormat.identitySize + 1, alignment: 8)
      defer { unsafe memory.deallocate() }
      let count = try await unsafe file.read(into: memory, at: 0)
      return unsafe Array(memory.part(0..<count))
    }
    return try decode(bytes)
  }

  private static func write(_ bytes: [UInt8], to path: String) async throws(IOError) {
    let file = try await File.open(path, flags: O_WRONLY | O_CREAT | O_TRUNC)
    defer { file.close() }
    // SAFETY: allocated and freed here; the write has ended by then.
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
    defer { unsafe memory.deallocate() }
    unsafe memory.copyBytes(from: bytes)
    try await unsafe file.write(UnsafeRawBufferPointer(memory), at: 0)
    try await file.synchronize(dataOnly: false)
  }
}
