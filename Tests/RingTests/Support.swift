import Glibc
import Testing

@testable import Ring

/// The backends every behavioural test runs on.
let backends: [IOBackend] = [.uring, .poll]

/// Starts rings, runs `body` on ring 0, stops the rings, and checks that nothing is left behind.
func withRings<R: Sendable>(
  _ backend: IOBackend, count: Int = 1, queueEntries: Int = 256,
  _ body: @Sendable @escaping (RingGroup) async throws -> R
) async throws -> R {
  let group = try RingGroup(
    count: count, backend: backend, blockingThreads: 2, queueEntries: queueEntries)
  let result: Result<R, any Error> = await group.rings[0].run {
    do { return .success(try await body(group)) } catch { return .failure(error) }
  }
  group.shutdown()
  for ring in group.rings {
    #expect(ring.statistics.buffersOutstanding.current == 0, "buffers of ring \(ring.index)")
    #expect(ring.statistics.sockets.current == 0, "sockets of ring \(ring.index)")
    #expect(ring.statistics.pending.current == 0, "operations of ring \(ring.index)")
  }
  return try result.get()
}

/// Two connected sockets on the current ring.
func socketPair() throws -> (Socket, Socket) {
  var descriptors: [Int32] = [0, 0]
  let code = unsafe socketpair(AF_UNIX, 1, 0, &descriptors)
  try #require(code == 0)
  return (Socket(descriptor: descriptors[0]), Socket(descriptor: descriptors[1]))
}

/// Two sockets connected over TCP on the current ring.
func tcpPair() async throws -> (Socket, Socket) {
  let listener = try Listener(address: SocketAddress(parsing: "127.0.0.1:0"))
  let client = try await Socket.connect(to: listener.address)
  let (descriptor, _) = try await listener.accept()
  listener.close()
  return (client, Socket(descriptor: descriptor))
}

/// Memory for the length of a test.
@safe final class Memory {
  let bytes: UnsafeMutableRawBufferPointer

  init(_ count: Int, seed: UInt8? = nil) {
    unsafe bytes = .allocate(byteCount: count, alignment: 4096)
    var value = UInt32(seed ?? 0) &+ 1
    for index in 0..<count {
      if seed != nil { value = value &* 1_664_525 &+ 1_013_904_223 }
      unsafe bytes[index] = UInt8(truncatingIfNeeded: value >> 24)
    }
    if seed == nil { unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0) }
  }

  deinit { unsafe bytes.deallocate() }

  var readOnly: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(bytes) }

  func holdsSame(as other: Memory) -> Bool {
    // In the debug build an element by element comparison of megabytes takes seconds.
    guard let left = unsafe bytes.baseAddress, let right = unsafe other.bytes.baseAddress else {
      return unsafe bytes.count == other.bytes.count
    }
    return unsafe bytes.count == other.bytes.count && memcmp(left, right, bytes.count) == 0
  }
}

extension Socket {
  func send(text: String) async throws(IOError) {
    let memory = Memory(text.utf8.count)
    unsafe memory.bytes.copyBytes(from: text.utf8)
    unsafe try await send(memory.readOnly)
  }

  /// One receive, as text; `nil` at the end.
  func receiveText() async throws(IOError) -> String? {
    guard let buffer = try await receive() else { return nil }
    defer { buffer.release() }
    return unsafe String(decoding: buffer.bytes, as: UTF8.self)
  }

  /// Receives until the memory is full or the stream ends: the bytes received.
  func fill(_ memory: Memory) async throws(IOError) -> Int {
    var done = 0
    while unsafe done < memory.bytes.count {
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: memory.bytes[done...])
      let count = unsafe try await receive(into: rest)
      if count == 0 { break }
      done += count
    }
    return done
  }
}

/// The error of an operation that must fail.
func failure(_ body: () async throws(IOError) -> Void) async -> IOError? {
  do throws(IOError) {
    try await body()
    return nil
  } catch {
    return error
  }
}

/// A fresh path that the test removes.
func temporaryPath(_ name: String = #function) -> String {
  let word = name.filter { $0.isLetter }
  return "/tmp/weir-ring-test-\(getpid())-\(word)-\(UInt32.random(in: 0 ... .max))"
}

/// The number of entries of a directory of /proc/self.
func processCount(_ what: String) throws -> Int { try Directory.list("/proc/self/\(what)").count }
