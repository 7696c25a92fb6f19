import Ring

final class TLSStream {
  let socket: Socket
  var info: TLSInfo? { nil }
  init(_ s: Socket) { socket = s }
  func receive() async throws(IOError) -> Buffer? { nil }
  func receive(into: UnsafeMutableRawBufferPointer) async throws(IOError) -> Int { 0 }
  func send(_ bytes: UnsafeRawBufferPointer) async throws(IOError) {}
  func send(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) async throws(IOError) {}
  func endSending() async {}
  func close() { socket.close() }
}
