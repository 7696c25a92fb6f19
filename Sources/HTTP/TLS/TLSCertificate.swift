import COpenSSL

/// A certificate chain with its key, in an OpenSSL context set up to serve it.
// SAFETY: an OpenSSL context may be used from several threads once it is set up, and nothing here changes.
@safe
final class TLSCertificate: @unchecked Sendable {
  let context: OpaquePointer

  /// Reads the files; blocks.
  init(_ files: TLSCertificateFiles) throws(TLSError) {
    ERR_clear_error()
    guard let context = unsafe SSL_CTX_new(TLS_server_method()) else {
      throw .withQueuedReason(files.certificateFile)
    }
    unsafe self.context = context
    // SAFETY: the context is fresh and not shared yet; the calls copy the strings.
    unsafe weir_ssl_ctx_prepare(context)
    unsafe SSL_CTX_set_num_tickets(context, 1)
    // TLS 1.2 with forward secrecy and authenticated encryption only; the suites of 1.3 all have both.
    guard unsafe SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 else {
      throw .withQueuedReason("cipher list")
    }
    unsafe SSL_CTX_set_alpn_select_cb(context, chooseProtocol, nil)
    guard unsafe SSL_CTX_use_certificate_chain_file(context, files.certificateFile) == 1 else {
      throw .withQueuedReason(files.certificateFile)
    }
    guard unsafe SSL_CTX_use_PrivateKey_file(context, files.keyFile, SSL_FILETYPE_PEM) == 1,
      unsafe SSL_CTX_check_private_key(context) == 1
    else { throw .withQueuedReason(files.keyFile) }
  }

  deinit {
    // SAFETY: this owns one reference; streams own theirs.
    unsafe SSL_CTX_free(context)
  }
}

/// Called by OpenSSL with the protocols a client offers: `http/1.1` or nothing.
private let chooseProtocol:
  @convention(c) (
    OpaquePointer?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, UnsafeMutablePointer<UInt8>?,
    UnsafePointer<UInt8>?, UInt32, UnsafeMutableRawPointer?
  ) -> Int32 = { _, chosen, chosenCount, offered, count, _ in
    // SAFETY: `offered` has `count` bytes, a list of length-prefixed names; the answer points into it.
    guard let offered = unsafe offered else { return SSL_TLSEXT_ERR_NOACK }
    let list = unsafe ByteView(UnsafeRawBufferPointer(start: offered, count: Int(count)))
    var start = 0
    while start < list.count {
      let end = start + 1 + Int(list[start])
      guard end <= list.count else { break }
      if list[start + 1..<end].holds("http/1.1") {
        unsafe chosen?.pointee = offered + start + 1
        unsafe chosenCount?.pointee = 8
        return SSL_TLSEXT_ERR_OK
      }
      start = end
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL
  }
