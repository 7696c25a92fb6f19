import COpenSSL

/// A key for AES-256-GCM (NIST SP 800-38D): secrets at rest. Every `seal` draws a random nonce of 96 bits, so
/// one key may seal 2^32 messages; seal few things with it.
package struct AESGCMKey: Sendable {
  private static let nonceLength = 12
  private static let tagLength = 16
  private let key: [UInt8]

  /// A key of exactly 32 bytes.
  package init(_ key: [UInt8]) {
    precondition(key.count == 32, "an AES-256 key has 32 bytes")
    self.key = key
  }

  /// Encrypts and authenticates: nonce, ciphertext and tag in one array, 28 bytes longer than `plaintext`.
  /// `associatedData` is authenticated with it and must be the same at `open`.
  package func seal(_ plaintext: [UInt8], associatedData: [UInt8]) -> [UInt8] {
    let nonce = SecureRandom.bytes(Self.nonceLength)
    var body = [UInt8](repeating: 0, count: plaintext.count)
    var tag = [UInt8](repeating: 0, count: Self.tagLength)
    // SAFETY: every buffer is as long as the length given with it; the context is freed below.
    let context = unsafe EVP_CIPHER_CTX_new()
    defer { unsafe EVP_CIPHER_CTX_free(context) }
    var length: Int32 = 0
    var succeeded = unsafe EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1
    if !associatedData.isEmpty {
      unsafe succeeded =
        succeeded
        && EVP_EncryptUpdate(context, nil, &length, associatedData, Int32(associatedData.count)) == 1
    }
    if !plaintext.isEmpty {
      unsafe succeeded =
        succeeded && EVP_EncryptUpdate(context, &body, &length, plaintext, Int32(plaintext.count)) == 1
    }
    var none: [UInt8] = [0]
    unsafe succeeded = succeeded && EVP_EncryptFinal_ex(context, &none, &length) == 1
    unsafe succeeded =
      succeeded
      && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(Self.tagLength), &tag) == 1
    precondition(succeeded, "AES-GCM is not available in this OpenSSL")
    return nonce + body + tag
  }

  /// What was sealed, or nil when `sealed` or `associatedData` is not what `seal` produced under this key.
  package func open(_ sealed: [UInt8], associatedData: [UInt8]) -> [UInt8]? {
    guard sealed.count >= Self.nonceLength + Self.tagLength else { return nil }
    let nonce = Array(sealed.prefix(Self.nonceLength))
    let body = Array(sealed.dropFirst(Self.nonceLength).dropLast(Self.tagLength))
    var tag = Array(sealed.suffix(Self.tagLength))
    var plaintext = [UInt8](repeating: 0, count: body.count)
    // SAFETY: every buffer is as long as the length given with it; the context is freed below.
    let context = unsafe EVP_CIPHER_CTX_new()
    defer { unsafe EVP_CIPHER_CTX_free(context) }
    var length: Int32 = 0
    var succeeded = unsafe EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1
    if !associatedData.isEmpty {
      unsafe succeeded =
        succeeded
        && EVP_DecryptUpdate(context, nil, &length, associatedData, Int32(associatedData.count)) == 1
    }
    if !body.isEmpty {
      unsafe succeeded =
        succeeded && EVP_DecryptUpdate(context, &plaintext, &length, body, Int32(body.count)) == 1
    }
    unsafe succeeded =
      succeeded
      && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(Self.tagLength), &tag) == 1
    var none: [UInt8] = [0]
    unsafe succeeded = succeeded && EVP_DecryptFinal_ex(context, &none, &length) == 1
    return succeeded ? plaintext : nil
  }
}
