import COpenSSL
import Glibc
import Ring

/// TLS on a socket. OpenSSL reads and writes through a BIO of our own (`TLSBridge`) whose memory is ring buffers: they
/// are taken when there are bytes for them and go back when these are used up, so an idle stream holds none.
/// Ring-confined; used by one task.
@safe
final class TLSStream {
  let socket: Socket
  private let ring: Ring
  private let ssl: OpaquePointer
  private let bridge: TLSBridge
  /// The SSL of a server takes its contexts from here.
  private let certificates: AnyObject?
  /// Set by an error after which OpenSSL must not be asked for anything.
  private var isBroken = false
  private var hasEnded = false

  /// The server's side of a connection. Nil when OpenSSL is out of memory.
  convenience init?(accepting socket: Socket, _ certificates: TLSCertificateSet, ring: Ring) {
    // SAFETY: the set owns the context and is kept.
    unsafe self.init(socket, context: certificates.standard.context, keeping: certificates, ring: ring)
    unsafe SSL_set_accept_state(ssl)
  }

  /// Either side, by a context that `keeping` owns; the role is still to be set.
  init?(_ socket: Socket, context: OpaquePointer, keeping owner: AnyObject?, ring: Ring) {
    // SAFETY: the SSL is this object's own from here on.
    guard let ssl = unsafe SSL_new(context) else { return nil }
    let bridge = TLSBridge(ring)
    guard unsafe bridge.attach(to: ssl) else {
      unsafe SSL_free(ssl)
      return nil
    }
    self.socket = socket
    self.ring = ring
    unsafe self.ssl = ssl
    self.bridge = bridge
    certificates = owner
  }

  deinit {
    // SAFETY: the stream owns the SSL, and the SSL the BIO; the bridge outlives both.
    unsafe SSL_free(ssl)
    bridge.release()
  }

  /// Calls `body` with the SSL, for settings and questions.
  func withSSL<R>(_ body: (OpaquePointer) -> R) -> R { unsafe body(ssl) }

  /// What was agreed on.
  var info: TLSInfo {
    // SAFETY: OpenSSL gives constant strings, and a name that lives as long as the SSL; all are copied.
    let name = unsafe SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name)
    return TLSInfo(
      version: unsafe String(cString: SSL_get_version(ssl)),
      cipher: unsafe String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(ssl))),
      serverName: unsafe name.map { unsafe String(cString: $0) })
  }

  /// Makes the handshake, by the socket's deadline.
  func handshake() async throws(IOError) {
    while true {
      ERR_clear_error()
      let result = unsafe SSL_do_handshake(ssl)
      if result == 1 { return try await flush() }
      guard try await waitFor(result) else { throw IOError(errno: ECONNRESET, operation: "handshake") }
    }
  }

  /// The next bytes in a buffer that is taken only when they are there; nil at the end of the stream.
  func receive() async throws(IOError) -> Buffer? {
    while true {
      // SAFETY: the stream owns the SSL.
      if !bridge.hasInput, unsafe SSL_has_pending(ssl) == 0 {
        guard try await fill(room: 0) else { return nil }
      }
      let buffer = ring.buffers.take(.receive)
      // SAFETY: the buffer is this call's own until it is returned.
      let count = unsafe read(into: buffer.memory)
      if count > 0 {
        buffer.count = count
        return buffer
      }
      buffer.release()
      guard try await waitFor(Int32(count)) else { return nil }
    }
  }

  /// Receives into memory of the caller; 0 at the end of the stream.
  func receive(into target: UnsafeMutableRawBufferPointer) async throws(IOError) -> Int {
    while true {
      var total = 0
      var result = 0
      // A read gives one record at most: take all that is here.
      repeat {
        // SAFETY: `total` is at most the target's count, and the caller keeps the target.
        result = unsafe read(into: UnsafeMutableRawBufferPointer(rebasing: target[total...]))
        if result > 0 { total += result }
      } while result > 0 && total < target.count
      if total > 0 { return total }
      guard try await waitFor(Int32(result), room: target.count) else { return 0 }
    }
  }

  /// Sends all of the bytes.
  func send(_ bytes: UnsafeRawBufferPointer) async throws(IOError) {
    // SAFETY: the caller keeps the bytes.
    try await unsafe encrypt(bytes)
    try await flush()
  }

  /// Sends two pieces, together if they fit.
  func send(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) async throws(IOError) {
    // SAFETY: the caller keeps both.
    try await unsafe encrypt(head)
    try await unsafe encrypt(body)
    try await flush()
  }

  /// Sends a close_notify and half-closes.
  func endSending() async {
    guard !hasEnded, !isBroken else { return }
    hasEnded = true
    ERR_clear_error()
    unsafe SSL_shutdown(ssl)
    try? await flush()
    socket.shutdownWrite()
  }

  /// Closes at once.
  func close() {
    bridge.release()
    socket.close()
  }

  // MARK: Steps

  // OpenSSL's queue of errors belongs to the thread, not to the SSL, so it is emptied before each call.

  private func read(into target: UnsafeMutableRawBufferPointer) -> Int {
    ERR_clear_error()
    // SAFETY: OpenSSL writes at most as many bytes as it is told.
    return unsafe Int(SSL_read(ssl, target.baseAddress, Int32(clamping: target.count)))
  }

  private func encrypt(_ bytes: UnsafeRawBufferPointer) async throws(IOError) {
    if isBroken || hasEnded { throw IOError(errno: EPIPE, operation: "TLS send") }
    var sent = 0
    while sent < bytes.count {
      bridge.expectOutput(bytes.count - sent)
      // SAFETY: at most the rest of the bytes is read.
      let count = Int32(clamping: bytes.count - sent)
      ERR_clear_error()
      let result = unsafe SSL_write(ssl, bytes.baseAddress.map { unsafe $0 + sent }, count)
      if result > 0 {
        sent += Int(result)
      } else if try await waitFor(result) == false {
        throw IOError(errno: EPIPE, operation: "TLS send")
      }
    }
  }

  /// Does what OpenSSL needs to go on after `result`. False: the stream has ended.
  private func waitFor(_ result: Int32, room: Int = 0) async throws(IOError) -> Bool {
    switch unsafe SSL_get_error(ssl, result) {
    case SSL_ERROR_WANT_READ:
      try await flush()
      return try await fill(room: room)
    case SSL_ERROR_WANT_WRITE:
      try await flush()
      return true
    case SSL_ERROR_ZERO_RETURN: return false
    default:
      isBroken = true
      // There may be an alert to tell the peer what was wrong.
      try? await flush()
      throw IOError(errno: EPROTO, operation: "TLS")
    }
  }

  /// Waits for encrypted bytes; false at the end of the stream. For a caller with much room they come in large
  /// pieces.
  private func fill(room: Int) async throws(IOError) -> Bool {
    guard room >= BufferSize.data.byteCount / 2 else {
      guard let buffer = try await socket.receive() else { return false }
      bridge.give(buffer)
      return true
    }
    let buffer = ring.buffers.take(.data)
    do throws(IOError) {
      // SAFETY: the buffer is this call's own until it is given to the bridge.
      buffer.count = try await unsafe socket.receive(into: buffer.memory)
    } catch {
      buffer.release()
      throw error
    }
    if buffer.count > 0 {
      bridge.give(buffer)
      return true
    }
    buffer.release()
    return false
  }

  /// Sends what OpenSSL has written.
  private func flush() async throws(IOError) {
    guard let buffer = bridge.takeOutput() else { return }
    defer { buffer.release() }
    // SAFETY: the buffer is this call's own until it is released.
    try await unsafe socket.send(buffer.bytes)
  }
}
