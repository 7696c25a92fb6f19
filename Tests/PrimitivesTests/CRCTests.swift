import Testing

@testable import Primitives

struct CRCTests {
  static let algorithms: [ChecksumAlgorithm] = [.crc32, .crc32c, .crc64nvme, .crc64ecma]

  /// Bit by bit, as the definition says: what every kernel is held against.
  static func reference(_ algorithm: ChecksumAlgorithm, _ bytes: some Sequence<UInt8>) -> UInt64 {
    let polynomial: UInt64
    let mask: UInt64
    switch algorithm {
    case .crc32: (polynomial, mask) = (0xEDB8_8320, 0xFFFF_FFFF)
    case .crc32c: (polynomial, mask) = (0x82F6_3B78, 0xFFFF_FFFF)
    case .crc64ecma: (polynomial, mask) = (0xC96C_5795_D787_0F42, .max)
    default: (polynomial, mask) = (0x9A6C_9329_AC4B_C9B5, .max)
    }
    var state = mask
    for byte in bytes {
      state ^= UInt64(byte)
      for _ in 0..<8 { state = state & 1 == 1 ? state >> 1 ^ polynomial : state >> 1 }
    }
    return state ^ mask
  }

  @Test func catalogueCheckValues() {
    let check = Array("123456789".utf8)
    #expect(CRC.crc32(check) == 0xCBF4_3926)
    #expect(CRC.crc32c(check) == 0xE306_9283)
    #expect(CRC.crc64nvme(check) == 0xAE8B_1486_0A79_9888)
    #expect(CRC.crc64ecma(check) == 0x995D_C9BB_DF19_39FA)
    #expect(CRC.crc32([]) == 0 && CRC.crc32c([]) == 0 && CRC.crc64nvme([]) == 0)
    // RFC 3720 section B.4.
    #expect(CRC.crc32c([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC.crc32c([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC.crc32c(Array(0..<32)) == 0x46DD_794E)
  }

  /// Every length up to 700 at changing alignments, so that each kernel's loops begin and end everywhere.
  @Test(arguments: algorithms, CRC.Kernel.allCases.filter { $0 <= CRC.Kernel.best })
  func everyKernelAgreesWithTheDefinition(algorithm: ChecksumAlgorithm, kernel: CRC.Kernel) {
    var random = TestRandom(seed: 1)
    let data = random.bytes(800)
    for length in 0...700 {
      let offset = length * 7 % 65
      let slice = data[offset..<offset + length]
      let expected = Self.reference(algorithm, slice)
      // SAFETY: the bounds lie within the data, and the pointer stays in the closure.
      let actual = unsafe data.withUnsafeBytes {
        unsafe CRC.compute(
          algorithm, by: kernel, UnsafeRawBufferPointer(rebasing: $0[offset..<offset + length]), seed: 0)
      }
      #expect(actual == expected, "\(algorithm) by \(kernel), \(length) bytes at \(offset)")
    }
  }

  @Test(arguments: algorithms)
  func kernelsAgreeOnLongInputInPieces(algorithm: ChecksumAlgorithm) {
    var random = TestRandom(seed: 2)
    let data = random.bytes(300_001)
    // SAFETY: the bounds lie within the data, and the pointer stays in the closure.
    let whole = unsafe data.withUnsafeBytes {
      unsafe CRC.compute(algorithm, by: .table, $0, seed: 0)
    }
    for kernel in CRC.Kernel.allCases {
      var crc: UInt64 = 0
      var start = 0
      while start < data.count {
        let end = min(data.count, start + Int.random(in: 0...5000, using: &random))
        // SAFETY: the bounds lie within the data, and the pointer stays in the closure.
        crc = unsafe data.withUnsafeBytes {
          unsafe CRC.compute(
            algorithm, by: kernel, UnsafeRawBufferPointer(rebasing: $0[start..<end]), seed: crc)
        }
        start = end
      }
      #expect(crc == whole, "\(kernel)")
    }
  }

  @Test(arguments: algorithms)
  func combinationEqualsTheCRCOfTheWhole(algorithm: ChecksumAlgorithm) throws {
    var random = TestRandom(seed: 3)
    let digest = Digest(DigestAlgorithm(algorithm))
    func crc(_ bytes: some Sequence<UInt8>) -> [UInt8] {
      digest.update(Array(bytes))
      return digest.finish()
    }
    for length in [0, 1, 2, 63, 64, 1000, 65_537] {
      let data = random.bytes(length)
      for cut in Set([0, length / 3, length / 2, max(length - 1, 0), length]) {
        let combined = CRC.combine(
          algorithm, crc(data[..<cut]), crc(data[cut...]), lengthOfSecond: UInt64(length - cut))
        #expect(combined == crc(data), "\(length) bytes cut at \(cut)")
      }
    }
  }

  /// (A + B) + C = A + (B + C) with lengths that no test can hold in memory.
  @Test func combinationIsAssociative() {
    var random = TestRandom(seed: 4)
    for _ in 0..<200 {
      let (a, b, c) = (random.next(), random.next(), random.next())
      let (lengthB, lengthC) = (random.next() >> 14, random.next() >> 14)
      let left = CRC.combineCRC64NVME(
        CRC.combineCRC64NVME(a, b, lengthB: lengthB), c, lengthB: lengthC)
      let right = CRC.combineCRC64NVME(
        a, CRC.combineCRC64NVME(b, c, lengthB: lengthC), lengthB: lengthB + lengthC)
      #expect(left == right)
      let (x, y, z) = (
        UInt32(truncatingIfNeeded: a), UInt32(truncatingIfNeeded: b), UInt32(truncatingIfNeeded: c)
      )
      #expect(
        CRC.combineCRC32C(CRC.combineCRC32C(x, y, lengthB: lengthB), z, lengthB: lengthC)
          == CRC.combineCRC32C(x, CRC.combineCRC32C(y, z, lengthB: lengthC), lengthB: lengthB + lengthC))
      #expect(
        CRC.combineCRC32(CRC.combineCRC32(x, y, lengthB: lengthB), z, lengthB: lengthC)
          == CRC.combineCRC32(x, CRC.combineCRC32(y, z, lengthB: lengthC), lengthB: lengthB + lengthC))
    }
    // Nothing behind it changes nothing, and zero bytes are not nothing.
    #expect(CRC.combineCRC64NVME(7, 0, lengthB: 0) == 7)
    #expect(CRC.combineCRC32(7, CRC.crc32([0]), lengthB: 1) != 7)
  }

  @Test func algorithmTable() {
    for algorithm in ChecksumAlgorithm.s3 {
      #expect(ChecksumAlgorithm(name: algorithm.name) == algorithm)
      #expect(ChecksumAlgorithm(name: algorithm.headerSuffix) == algorithm)
      #expect(DigestAlgorithm(algorithm).length == algorithm.digestLength)
      #expect(Digest(DigestAlgorithm(algorithm)).finish().count == algorithm.digestLength)
    }
    #expect(ChecksumAlgorithm(name: "crc64Nvme") == .crc64nvme)
    #expect(ChecksumAlgorithm(name: "MD5") == nil)
    #expect(ChecksumAlgorithm.allCases.map(\.rawValue) == [1, 2, 3, 4, 5, 6])
    #expect(ChecksumAlgorithm.allCases.filter(\.isCRC) == Self.algorithms)
  }
}
