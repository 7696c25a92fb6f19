import Glibc
import Testing

/// RocksDB sums its log and its blocks by the CPU's instructions (Sources/CWeir/CWeirRocksDB.c).
struct RocksChecksumTests {
  private typealias Extend = @convention(c) (UInt32, UnsafeRawPointer?, Int) -> UInt32
  private static let name = "_ZN7rocksdb6crc32c6ExtendEjPKcm"

  #if arch(x86_64)
    /// What the dynamic linker binds the library's calls to is not the library's own, and gives the same sums.
    @Test func theLibraryUsesOurs() throws {
      // RTLD_NEXT, which Swift does not import: behind the program, so the library's.
      let next = unsafe UnsafeMutableRawPointer(bitPattern: -1)
      // SAFETY: the dynamic linker only looks a name up.
      guard let own = unsafe dlsym(next, Self.name), let bound = unsafe dlsym(nil, Self.name)
      else {
        Issue.record("RocksDB's library, or its function, is not there")
        return
      }
      let isItsOwn = unsafe own == bound
      #expect(!isItsOwn)
      // SAFETY: both are functions of this type (util/crc32c.h of RocksDB).
      let theirs = unsafe unsafeBitCast(own, to: Extend.self)
      let ours = unsafe unsafeBitCast(bound, to: Extend.self)
      #expect(unsafe ours(0, "123456789", 9) == 0xe306_9283)
      let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 8) }
      for length in [0, 1, 7, 64, 255, 1_000, 4_096, 9_999] {
        for seed: UInt32 in [0, 1, 0xffff_ffff, 0x1234_5678] {
          // SAFETY: no part is longer than the bytes, less the one that is left out.
          let sums = unsafe bytes.withUnsafeBytes { bytes in
            let start = unsafe bytes.baseAddress?.advanced(by: length % 2)
            return unsafe (ours: ours(seed, start, length), theirs: theirs(seed, start, length))
          }
          #expect(sums.ours == sums.theirs, "\(length) bytes from \(seed)")
        }
      }
    }
  #endif
}
