import COpenSSL
import Ring

/// The memory between OpenSSL and a socket: a BIO that reads from a buffer of received bytes and writes into a
/// buffer of bytes to be sent. It never waits; when there is nothing to read, or no room, OpenSSL is told to try again.
final class TLSBridge {
  private let ring: Ring
  private var input: Buffer?
  private var inputOffset = 0
  private var output: Buffer?
  private var outputSize = BufferSize.receive

  init(_ ring: Ring) {
    self.ring = ring
  }

  /// Whether there are received bytes that OpenSSL has not read.
  var hasInput: Bool { input != nil }

  /// Makes a BIO of this the way of `ssl` in both directions. The bridge must outlive the SSL.
  func attach(to ssl: OpaquePointer) -> Bool {
    guard let method = unsafe Self.method, let bio = unsafe BIO_new(method) else { return false }
    // SAFETY: the stream frees the SSL, and with it the BIO, before the bridge goes.
    unsafe BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
    unsafe BIO_set_init(bio, 1)
    unsafe SSL_set_bio(ssl, bio, bio)
    return true
  }

  /// Takes over a buffer of received bytes; what came before has been read.
  func give(_ buffer: Buffer) {
    input?.release()
    input = buffer
    inputOffset = 0
  }

  /// Prepares for the output of so many bytes: the size of the next output buffer.
  func expectOutput(_ byteCount: Int) {
    // A record adds 22 bytes at most; leave room for what a handshake adds to the first.
    outputSize = byteCount <= BufferSize.receive.byteCount - 512 ? .receive : .data
  }

  /// What OpenSSL has written, which the caller sends and releases; nil when there is nothing.
  func takeOutput() -> Buffer? {
    defer { output = nil }
    return output
  }

  /// Gives back what is held.
  func release() {
    input?.release()
    input = nil
    output?.release()
    output = nil
  }

  // MARK: The BIO

  // SAFETY: set up once and never changed; OpenSSL reads it from all threads.
  private nonisolated(unsafe) static let method: OpaquePointer? = unsafe makeMethod()

  private static func makeMethod() -> OpaquePointer? {
    let type = BIO_get_new_index() | Int32(BIO_TYPE_SOURCE_SINK)
    guard let method = unsafe BIO_meth_new(type, "weir") else { return nil }
    // SAFETY: the functions keep to the contract of BIO_meth_new(3); each BIO's data is a living bridge.
    unsafe BIO_meth_set_read(method) { bio, target, count in
      guard let bridge = unsafe TLSBridge.of(bio), let target = unsafe target else { return -1 }
      unsafe weir_bio_clear_retry(bio)
      let done = unsafe bridge.read(UnsafeMutableRawBufferPointer(start: target, count: Int(count)))
      if done == 0 {
        unsafe weir_bio_set_retry_read(bio)
        return -1
      }
      return Int32(done)
    }
    unsafe BIO_meth_set_write(method) { bio, source, count in
      guard let bridge = unsafe TLSBridge.of(bio), let source = unsafe source else { return -1 }
      unsafe weir_bio_clear_retry(bio)
      let done = unsafe bridge.write(UnsafeRawBufferPointer(start: source, count: Int(count)))
      if done == 0 {
        unsafe weir_bio_set_retry_write(bio)
        return -1
      }
      return Int32(done)
    }
    unsafe BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
    return unsafe method
  }

  private static func of(_ bio: OpaquePointer?) -> TLSBridge? {
    // SAFETY: the data was set in `attach` to a bridge that outlives the BIO.
    unsafe BIO_get_data(bio).map { unsafe Unmanaged<TLSBridge>.fromOpaque($0).takeUnretainedValue() }
  }

  private func read(_ target: UnsafeMutableRawBufferPointer) -> Int {
    guard let buffer = input else { return 0 }
    let count = min(target.count, buffer.count - inputOffset)
    // SAFETY: both sides have `count` bytes.
    unsafe target.copyMemory(
      from: UnsafeRawBufferPointer(rebasing: buffer.bytes[inputOffset..<inputOffset + count]))
    inputOffset += count
    if inputOffset == buffer.count {
      buffer.release()
      input = nil
    }
    return count
  }

  private func write(_ source: UnsafeRawBufferPointer) -> Int {
    let buffer = output ?? ring.buffers.take(outputSize)
    output = buffer
    let count = min(source.count, buffer.capacity - buffer.count)
    if count == 0 { return 0 }
    // SAFETY: the source has `count` bytes and the buffer room for them behind its own.
    unsafe UnsafeMutableRawBufferPointer(rebasing: buffer.memory[buffer.count..<buffer.count + count])
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<count]))
    buffer.count += count
    return count
  }
}
