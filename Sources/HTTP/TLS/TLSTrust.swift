import COpenSSL
import Ring

/// Whom a client believes: the certificate authorities of the system, or those of a file.
// SAFETY: an OpenSSL context may be used from several threads once it is set up, and nothing here changes.
@safe
package final class TLSTrust: @unchecked Sendable {
  private let context: OpaquePointer

  /// Reads the authorities; blocks. `certificateFile` is a PEM file that stands in for those of the system; empty:
  /// these.
  package init(certificateFile: String = "") throws(TLSError) {
    ERR_clear_error()
    guard let context = unsafe SSL_CTX_new(TLS_client_method()) else {
      throw .withQueuedReason(certificateFile)
    }
    unsafe self.context = context
    // SAFETY: the context is fresh and not shared yet; the calls copy the strings.
    unsafe weir_ssl_ctx_prepare(context)
    unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    let isLoaded =
      certificateFile.isEmpty
      ? unsafe SSL_CTX_set_default_verify_paths(context)
      : unsafe SSL_CTX_load_verify_locations(context, certificateFile, nil)
    guard isLoaded == 1 else { throw .withQueuedReason(certificateFile) }
  }

  deinit {
    // SAFETY: this owns one reference; streams own theirs.
    unsafe SSL_CTX_free(context)
  }

  /// The client's side of a connection, whose server must prove to be `host`. Nil when OpenSSL is out of memory.
  func connect(_ socket: Socket, to host: String) -> TLSStream? {
    guard let stream = unsafe TLSStream(socket, context: context, keeping: self, ring: .current) else {
      return nil
    }
    let isNumeric = SocketAddress.octets(ofNumeric: host) != nil
    let isSet = unsafe stream.withSSL { ssl -> Bool in
      // SAFETY: the SSL is not in use yet; the calls copy the strings.
      unsafe SSL_set_connect_state(ssl)
      let protocols: [UInt8] = [8] + Array("http/1.1".utf8)
      unsafe SSL_set_alpn_protos(ssl, protocols, UInt32(protocols.count))
      if isNumeric { return unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1 }
      return unsafe weir_ssl_set_host_name(ssl, host) == 1 && SSL_set1_host(ssl, host) == 1
    }
    if isSet { return stream }
    stream.close()
    return nil
  }
}
