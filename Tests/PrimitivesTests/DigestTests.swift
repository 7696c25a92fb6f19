import Testing

@testable import Primitives

/// Published vectors of the digests and of HMAC.
struct DigestTests {
  static let check = Array("123456789".utf8)

  @Test(arguments: [
    (DigestAlgorithm.md5, "", "d41d8cd98f00b204e9800998ecf8427e"),
    (.md5, "a", "0cc175b9c0f1b6a831c399e269772661"),
    (.md5, "abc", "900150983cd24fb0d6963f7d28e17f72"),
    (.md5, "message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
    (.md5, "abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
    (
      .md5, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
      "d174ab98d277d9f5a5611c2c9f419d9f"
    ),
    (.sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (
      .sha1, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
    ),
    (.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      .sha256, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (.crc32, "", "00000000"),
    (.crc32, "123456789", "cbf43926"),
    (.crc32c, "123456789", "e3069283"),
    (.crc64nvme, "", "0000000000000000"),
    (.crc64nvme, "123456789", "ae8b14860a799888"),
    (.crc64ecma, "123456789", "995dc9bbdf1939fa"),
  ])
  func publishedVector(algorithm: DigestAlgorithm, message: String, expected: String) {
    let bytes = Array(message.utf8)
    let digest = Digest(algorithm)
    digest.update(bytes)
    let whole = digest.finish()
    #expect(Hex.encode(whole) == expected)
    #expect(whole.count == algorithm.length)
    // The same object serves again, here byte by byte.
    for byte in bytes { digest.update([byte]) }
    #expect(Hex.encode(digest.finish()) == expected)
    digest.update([1, 2, 3])
    digest.reset()
    digest.update(bytes)
    #expect(Hex.encode(digest.finish()) == expected)
  }

  @Test(arguments: [
    (DigestAlgorithm.md5, "7707d6ae4e027c70eea2a935c2296f21"),
    (.sha1, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
    (.sha256, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
  ])
  func millionLettersA(algorithm: DigestAlgorithm, expected: String) {
    let digest = Digest(algorithm)
    let chunk = [UInt8](repeating: UInt8(ascii: "a"), count: 1000)
    for _ in 0..<1000 { digest.update(chunk) }
    #expect(Hex.encode(digest.finish()) == expected)
  }

  @Test func oneShotFormsAgree() {
    let message = Array("abc".utf8)
    #expect(SHA256.hexHash(message) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(SHA256.hash(message) == Hex.decode(SHA256.hexHash(message)))
    #expect(Hex.encode(MD5.hash(message)) == "900150983cd24fb0d6963f7d28e17f72")
  }

  /// RFC 4231 sections 4.2 to 4.8 (4.6 is the truncated case and is compared by its prefix).
  @Test(arguments: [
    (
      [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
    ),
    (
      Array(1...25), [UInt8](repeating: 0xCD, count: 50),
      "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
    ),
    (
      [UInt8](repeating: 0x0C, count: 20), Array("Test With Truncation".utf8),
      "a3b6167473100ee06e0c796c2955552b"
    ),
    (
      [UInt8](repeating: 0xAA, count: 131),
      Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
    (
      [UInt8](repeating: 0xAA, count: 131),
      Array(
        ("This is a test using a larger than block-size key and a larger than block-size data. "
          + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
    ),
  ])
  func hmacSHA256(key: [UInt8], message: [UInt8], expected: String) {
    let prepared = HMACSHA256Key(key)
    #expect(Hex.encode(prepared.authenticate(message)).hasPrefix(expected))
    // The key is not spent.
    #expect(Hex.encode(prepared.authenticate(message)).hasPrefix(expected))
  }

  /// RFC 2202 section 3.
  @Test(arguments: [
    (
      [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
      "b617318655057264e28bc0b6fb378c8ef146be00"
    ),
    (
      Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
      "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
    ),
    (
      [UInt8](repeating: 0xAA, count: 80),
      Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      "aa4ae5e15272d00e95705637ce8a3b55ed402112"
    ),
  ])
  func hmacSHA1(key: [UInt8], message: [UInt8], expected: String) {
    #expect(Hex.encode(HMACSHA1.authenticate(key: key, message)) == expected)
  }
}
