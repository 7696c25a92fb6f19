import COpenSSL

/// Certificates as they were loaded at one time, chosen by the name the client asks for. Immutable; a stream keeps the
/// set it was accepted with alive.
final class TLSCertificateSet: Sendable {
  /// What a client gets that names no server, or one without a certificate of its own.
  let standard: TLSCertificate
  private let named: [String: TLSCertificate]

  /// Blocks: reads the files. `named` maps a lower-case server name, or `*.domain`, to its files.
  init(standard: TLSCertificateFiles, named: [String: TLSCertificateFiles]) throws(TLSError) {
    self.standard = try TLSCertificate(standard)
    var certificates: [String: TLSCertificate] = [:]
    for (name, files) in named { certificates[name] = try TLSCertificate(files) }
    self.named = certificates
    // SAFETY: streams hold the set, so it outlives every handshake that can reach the callback.
    unsafe weir_ssl_ctx_set_servername(
      self.standard.context, chooseCertificate, Unmanaged.passUnretained(self).toOpaque())
  }

  /// The certificate for a server name: its own, that of its domain's wildcard, or nil.
  func certificate(for name: String) -> TLSCertificate? {
    let name = name.lowercased()
    if let exact = named[name] { return exact }
    return name.firstIndex(of: ".").flatMap { named["*" + name[$0...]] }
  }
}

/// Called by OpenSSL with the name a client asks for.
private let chooseCertificate:
  @convention(c) (OpaquePointer?, UnsafeMutablePointer<Int32>?, UnsafeMutableRawPointer?) -> Int32 = {
    ssl, _, argument in
    // SAFETY: the argument is the set whose context this is, alive while its streams are.
    guard let ssl = unsafe ssl, let argument = unsafe argument else { return SSL_TLSEXT_ERR_NOACK }
    let set = unsafe Unmanaged<TLSCertificateSet>.fromOpaque(argument).takeUnretainedValue()
    guard let name = unsafe SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name) else {
      return SSL_TLSEXT_ERR_NOACK
    }
    if let certificate = set.certificate(for: unsafe String(cString: name)) {
      unsafe SSL_set_SSL_CTX(ssl, certificate.context)
    }
    return SSL_TLSEXT_ERR_OK
  }
