import Glibc
import Testing

@testable import Ring

@Suite struct SocketTests {
  @Test(arguments: backends) func echo(_ backend: IOBackend) async throws {
    try await withRings(backend) { group in
      let ring = Ring.current
      let listener = try Listener(address: SocketAddress(parsing: "127.0.0.1:0"), sharing: .first)
      ring.spawn {
        guard let (descriptor, peer) = try? await listener.accept() else { return }
        #expect(peer.host == "127.0.0.1")
        let socket = Socket(descriptor: descriptor)
        #expect(socket.localAddress == listener.address)
        #expect(socket.peerAddress == peer)
        while let buffer = try? await socket.receive() {
          unsafe try? await socket.send(buffer.bytes)
          buffer.release()
        }
        socket.close()
      }
      let client = try await Socket.connect(host: "localhost", port: listener.address.port)
      for round in 0..<100 {
        try await client.send(text: "hello \(round)")
        #expect(try await client.receiveText() == "hello \(round)")
      }
      client.close()
      listener.close()
    }
  }

  @Test(arguments: backends) func largeSendsMeetASlowReader(_ backend: IOBackend) async throws {
    try await withRings(backend) { group in
      let (left, right) = try await tcpPair()
      let length = 8 << 20
      let sender = Unchecked(left)
      Ring.current.spawn {
        let source = Memory(length, seed: 7)
        do { unsafe try await sender.value.send(source.readOnly) } catch { Issue.record(error) }
        sender.value.close()
      }
      let target = Memory(length)
      var done = 0
      while done < length {
        // A reader that takes little and pauses: the send goes out in many pieces.
        let end = min(done + 100_000, length)
        let count = unsafe try await right.receive(
          into: UnsafeMutableRawBufferPointer(rebasing: target.bytes[done..<end]))
        if count == 0 { break }
        done += count
        if done % 16 == 0 { await Ring.current.yieldTurn() }
      }
      #expect(done == length)
      #expect(target.holdsSame(as: Memory(length, seed: 7)))
      #expect(try await right.receive() == nil)
      right.close()
    }
  }

  @Test(arguments: backends) func whatFitsIsSentAtOnce(_ backend: IOBackend) async throws {
    try await withRings(backend) { group in
      let (left, right) = try await tcpPair()
      let length = 8 << 20
      let whole = Memory(length, seed: 7)
      let first = unsafe try left.sendNow(whole.readOnly)
      #expect(first > 0 && first < length)
      let sender = Unchecked(left)
      Ring.current.spawn {
        let source = Memory(length, seed: 7)
        do {
          unsafe try await sender.value.send(UnsafeRawBufferPointer(rebasing: source.readOnly[first...]))
        } catch { Issue.record(error) }
        sender.value.close()
      }
      let target = Memory(length)
      #expect(try await right.fill(target) == length)
      #expect(target.holdsSame(as: whole))
      #expect(try await right.receive() == nil)
      right.close()
      let error = await failure { () throws(IOError) in _ = unsafe try right.sendNow(target.readOnly) }
      #expect(error?.isCancelled == true)
    }
  }

  @Test(arguments: backends, [(0, 5), (5, 0), (3, 4), (4096, 3_000_000), (1_000_000, 1_000_000)])
  func twoPartSends(_ backend: IOBackend, _ sizes: (Int, Int)) async throws {
    try await withRings(backend) { group in
      let (left, right) = try socketPair()
      let whole = Memory(sizes.0 + sizes.1, seed: 3)
      let sender = Unchecked(left)
      Ring.current.spawn {
        let copy = Memory(sizes.0 + sizes.1, seed: 3)
        let head = unsafe UnsafeRawBufferPointer(rebasing: copy.readOnly[..<sizes.0])
        let body = unsafe UnsafeRawBufferPointer(rebasing: copy.readOnly[sizes.0...])
        do { unsafe try await sender.value.send(head, body, more: false) } catch { Issue.record(error) }
        sender.value.shutdownWrite()
      }
      let target = Memory(sizes.0 + sizes.1)
      #expect(try await right.fill(target) == sizes.0 + sizes.1)
      #expect(target.holdsSame(as: whole))
      #expect(try await right.receive() == nil)
      // The other direction is still open.
      try await right.send(text: "bye")
      #expect(try await left.receiveText() == "bye")
      left.close()
      right.close()
    }
  }

  @Test(arguments: backends) func bothDirectionsAtOnce(_ backend: IOBackend) async throws {
    try await withRings(backend) { group in
      let (left, right) = try await tcpPair()
      let length = 3_000_000
      for (socket, seed) in [(left, UInt8(1)), (right, UInt8(2))] {
        let sender = Unchecked(socket)
        Ring.current.spawn {
          let source = Memory(length, seed: seed)
          do { unsafe try await sender.value.send(source.readOnly) } catch { Issue.record(error) }
        }
      }
      let (fromLeft, fromRight) = (Memory(length), Memory(length))
      #expect(try await right.fill(fromLeft) == length)
      #expect(try await left.fill(fromRight) == length)
      #expect(fromLeft.holdsSame(as: Memory(length, seed: 1)))
      #expect(fromRight.holdsSame(as: Memory(length, seed: 2)))
      left.close()
      right.close()
    }
  }

  @Test(arguments: backends) func errorsOfPeersAndNames(_ backend: IOBackend) async throws {
    try await withRings(backend) { group in
      let refused = await failure { () throws(IOError) in
        _ = try await Socket.connect(host: "127.0.0.1", port: 1)
      }
      #expect(refused?.errno == ECONNREFUSED)
      let unknown = await failure { () throws(IOError) in
        _ = try await Socket.connect(host: "no-such-host.invalid", port: 1)
      }
      #expect(unknown?.isDisconnect == true)
      let (left, right) = try socketPair()
      right.close()
      #expect(try await left.receive() == nil)
      let broken = await failure { () throws(IOError) in try await left.send(text: "x") }
      #expect(broken?.isDisconnect == true)
      left.close()
      let closed = await failure { () throws(IOError) in _ = try await left.receive() }
      #expect(closed?.isCancelled == true)
    }
  }

  @Test(arguments: backends, [16, 256]) func manyConnections(_ backend: IOBackend, _ entries: Int)
    async throws
  {
    // With 16 entries both queues of io_uring run over again and again.
    try await withRings(backend, count: 2, queueEntries: entries) { group in
      let connections = 200
      let first = try Listener(address: shared(), sharing: .first)
      let port = first.address.port
      let served = Counter()
      for ring in group.rings {
        let own = ring.index == 0 ? first : try Listener(address: first.address, sharing: .further)
        served.keep(own)
        ring.spawn { await serveEcho(own, served) }
      }
      let answered = await withTaskGroup(of: Bool.self) { tasks in
        for number in 0..<connections {
          let ring = group.rings[number % 2]
          tasks.addTask { await ring.run { await converse(port: port, number: number) } }
        }
        return await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(answered == connections)
      for listener in served.kept { listener.close() }
    }
  }

  /// A second server must not share the port of the first without a word, whoever shares it already.
  @Test func anAddressInUseIsRefused() throws {
    let first = try Listener(address: shared(), sharing: .first)
    let further = try Listener(address: first.address, sharing: .further)
    for sharing in [Listener.Sharing.first, .none] {
      let error = #expect(throws: IOError.self) { try Listener(address: first.address, sharing: sharing) }
      #expect(error?.errno == EADDRINUSE)
    }
    first.close()
    further.close()
    try Listener(address: first.address, sharing: .first).close()
  }

  @Test(arguments: backends) func aShortageOfBuffersIsBridged(_ backend: IOBackend) async throws {
    try await withRings(backend) { group in
      // More buffers in hand than the kernel can ever be given.
      var held: [Buffer] = []
      var sockets: [Socket] = []
      for number in 0..<1300 {
        let (left, right) = try socketPair()
        try await left.send(text: "\(number)")
        guard let buffer = try await right.receive() else { break }
        unsafe #expect(String(decoding: buffer.bytes, as: UTF8.self) == "\(number)")
        held.append(buffer)
        sockets += [left, right]
        if sockets.count > 64 { for socket in sockets { socket.close() }; sockets = [] }
      }
      #expect(held.count == 1300)
      #expect(Ring.current.statistics.buffersOutstanding.current == 1300)
      if backend == .uring { #expect(Ring.current.statistics.bufferShortages.current > 0) }
      for buffer in held { buffer.release() }
      for socket in sockets { socket.close() }
    }
  }
}

private func shared() throws -> SocketAddress { try SocketAddress(parsing: "127.0.0.1:0") }

/// Carries a value into a task of the same ring.
struct Unchecked<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}

private final class Counter: @unchecked Sendable {
  private(set) var kept: [Listener] = []
  func keep(_ listener: Listener) { kept.append(listener) }
}

private func serveEcho(_ listener: Listener, _ served: Counter) async {
  let ring = Ring.current
  while let (descriptor, _) = try? await listener.accept() {
    ring.spawn {
      #expect(Ring.current === ring)
      let socket = Socket(descriptor: descriptor)
      while let buffer = try? await socket.receive() {
        unsafe try? await socket.send(buffer.bytes)
        buffer.release()
      }
      socket.close()
    }
  }
}

private func converse(port: Int, number: Int) async -> Bool {
  do {
    let socket = try await Socket.connect(host: "127.0.0.1", port: port)
    defer { socket.close() }
    for round in 0..<10 {
      let text = "\(number)/\(round)"
      try await socket.send(text: text)
      if try await socket.receiveText() != text { return false }
    }
    return true
  } catch {
    Issue.record(error)
    return false
  }
}
