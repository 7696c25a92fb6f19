import CWeir

/// Cyclic redundancy checks in hardware: carry-less multiplication on 128 or 512 bits where the CPU has it,
/// tables where not, chosen before `main`. A `seed` is the CRC of the bytes before, so a long message may be
/// fed in pieces.
package enum CRC {
  /// CRC-32 of ISO-HDLC, zlib's.
  package static func crc32(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
    // SAFETY: the kernel reads exactly `count` bytes.
    unsafe cweir_crc32(seed, bytes.baseAddress, bytes.count)
  }

  /// CRC-32C, Castagnoli's.
  package static func crc32c(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
    // SAFETY: the kernel reads exactly `count` bytes.
    unsafe cweir_crc32c(seed, bytes.baseAddress, bytes.count)
  }

  /// CRC-64/NVME, the default checksum of AWS SDKs for multipart uploads.
  package static func crc64nvme(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
    // SAFETY: the kernel reads exactly `count` bytes.
    unsafe cweir_crc64nvme(seed, bytes.baseAddress, bytes.count)
  }

  /// CRC-64/XZ, which OSS calls CRC64-ECMA.
  package static func crc64ecma(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
    // SAFETY: the kernel reads exactly `count` bytes.
    unsafe cweir_crc64ecma(seed, bytes.baseAddress, bytes.count)
  }

  /// `crc32(_:seed:)` over an array.
  package static func crc32(_ bytes: [UInt8], seed: UInt32 = 0) -> UInt32 {
    // SAFETY: the pointer does not outlive the closure.
    unsafe bytes.withUnsafeBytes { unsafe crc32($0, seed: seed) }
  }

  /// `crc32c(_:seed:)` over an array.
  package static func crc32c(_ bytes: [UInt8], seed: UInt32 = 0) -> UInt32 {
    // SAFETY: the pointer does not outlive the closure.
    unsafe bytes.withUnsafeBytes { unsafe crc32c($0, seed: seed) }
  }

  /// `crc64nvme(_:seed:)` over an array.
  package static func crc64nvme(_ bytes: [UInt8], seed: UInt64 = 0) -> UInt64 {
    // SAFETY: the pointer does not outlive the closure.
    unsafe bytes.withUnsafeBytes { unsafe crc64nvme($0, seed: seed) }
  }

  /// `crc64ecma(_:seed:)` over an array.
  package static func crc64ecma(_ bytes: [UInt8], seed: UInt64 = 0) -> UInt64 {
    // SAFETY: the pointer does not outlive the closure.
    unsafe bytes.withUnsafeBytes { unsafe crc64ecma($0, seed: seed) }
  }
}
