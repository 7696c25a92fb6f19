import Testing

@testable import Primitives

struct CipherTests {
  private let key = AESGCMKey(Array(0..<32))

  @Test func sealAndOpen() {
    for length in [0, 1, 15, 16, 17, 1000] {
      let plaintext = [UInt8](repeating: 0x5A, count: length)
      for associated in [[], [1, 2, 3]] as [[UInt8]] {
        let sealed = key.seal(plaintext, associatedData: associated)
        #expect(sealed.count == length + 28)
        #expect(key.open(sealed, associatedData: associated) == plaintext)
        #expect(key.open(sealed, associatedData: associated + [0]) == nil)
        #expect(AESGCMKey(Array(1...32)).open(sealed, associatedData: associated) == nil)
        #expect(key.seal(plaintext, associatedData: associated) != sealed)
      }
    }
  }

  @Test func everyChangedBitIsNoticed() {
    let sealed = key.seal(Array("secret".utf8), associatedData: [7])
    for bit in 0..<sealed.count * 8 {
      var changed = sealed
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(key.open(changed, associatedData: [7]) == nil)
    }
    for length in 0..<sealed.count {
      #expect(key.open(Array(sealed.prefix(length)), associatedData: [7]) == nil)
    }
  }

  /// Test case 16 of "The Galois/Counter Mode of Operation" (McGrew and Viega), AES-256 with associated data.
  @Test func publishedVector() throws {
    func hex(_ text: String) throws -> [UInt8] { try #require(Hex.decode(text)) }
    let key = AESGCMKey(try hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
    let sealed =
      try hex("cafebabefacedbaddecaf888")
      + hex(
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f6"
          + "1e6393ba7a0abcc9f662") + hex("76fc6ece0f4e1768cddf8853bb2d551b")
    let associated = try hex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    #expect(
      key.open(sealed, associatedData: associated)
        == (try hex(
          "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6"
            + "b525b16aedf5aa0de657ba637b39")))
  }

  @Test func randomBytes() {
    #expect(SecureRandom.bytes(0).isEmpty)
    for count in [1, 16, 255, 256, 257, 1023, 5000] {
      let (a, b) = (SecureRandom.bytes(count), SecureRandom.bytes(count))
      #expect(a.count == count && b.count == count)
      if count >= 16 { #expect(a != b) }
    }
    #expect(Set((0..<10_000).map { _ in SecureRandom.uint64() }).count == 10_000)
  }

  @Test func identifiers() {
    var seen: Set<String> = []
    var characters: Set<Character> = []
    for _ in 0..<2000 {
      let id = SecureRandom.requestID()
      #expect(id.utf8.count == 16)
      seen.insert(id)
      characters.formUnion(id)
    }
    #expect(seen.count == 2000)
    #expect(characters == Set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))
    #expect(SecureRandom.string(0, from: .base62).isEmpty)
    #expect(SecureRandom.string(40, from: .base64).utf8.count == 40)
  }

  /// All symbols come up about equally often: within six standard deviations of the mean.
  @Test func identifiersAreEven() {
    var counts: [UInt8: Int] = [:]
    for symbol in SecureRandom.characters(360_000, from: .upperAlphanumeric) {
      counts[symbol, default: 0] += 1
    }
    #expect(counts.count == 36)
    #expect(counts.values.allSatisfy { abs($0 - 10_000) < 600 })
  }

  /// Threads draw from buffers of their own.
  @Test func threadsNeverShareBytes() async {
    let all = await withTaskGroup(of: [UInt64].self) { group in
      for _ in 0..<8 { group.addTask { (0..<2000).map { _ in SecureRandom.uint64() } } }
      return await group.reduce(into: []) { $0 += $1 }
    }
    #expect(Set(all).count == 16_000)
  }
}
