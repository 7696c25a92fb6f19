import CWeir

/// The ways to compute a CRC, for the log and for tests that hold them against one another.
extension CRC {
  /// A way to compute, slowest first.
  enum Kernel: UInt32, CaseIterable, Comparable {
    /// Portable, eight bytes a step.
    case table = 0
    /// PCLMULQDQ, four lanes of 128 bits.
    case pclmul
    /// VPCLMULQDQ on AVX-512, sixteen lanes of 128 bits.
    case vpclmul512

    /// The best that this CPU can do.
    static var best: Kernel { Kernel(rawValue: cweir_crc_best_kernel().rawValue) ?? .table }

    static func < (a: Kernel, b: Kernel) -> Bool { a.rawValue < b.rawValue }
  }

  /// The kernel in use, for the log.
  package static var kernelName: String {
    switch Kernel.best {
    case .table: "table"
    case .pclmul: "pclmulqdq"
    case .vpclmul512: "vpclmulqdq-512"
    }
  }

  /// A CRC by a given kernel, or by the best where that one is better than this CPU's.
  static func compute(
    _ algorithm: ChecksumAlgorithm, by kernel: Kernel, _ bytes: UnsafeRawBufferPointer, seed: UInt64
  ) -> UInt64 {
    let model: cweir_crc_algorithm
    switch algorithm {
    case .crc32: model = CWEIR_CRC32
    case .crc32c: model = CWEIR_CRC32C
    case .crc64nvme: model = CWEIR_CRC64NVME
    case .crc64ecma: model = CWEIR_CRC64ECMA
    case .sha1, .sha256: preconditionFailure("\(algorithm.name) is not a CRC")
    }
    // SAFETY: the kernel reads exactly `count` bytes.
    return unsafe cweir_crc_with_kernel(
      model, cweir_crc_kernel(rawValue: kernel.rawValue), seed, bytes.baseAddress, bytes.count)
  }
}
