import Ring

/// The part of a server that lives on one ring.
// SAFETY: everything mutable is touched on `ring` only.
final class ServerShard: @unchecked Sendable {
  let ring: Ring
  let configuration: HTTPServerConfiguration
  let waits: Waits
  let handler: any HTTPHandler
  let counters: HTTPCounters
  /// Connections of all shards, for the limit.
  let census: ConnectionCensus
  /// What the connections of all shards may hold.
  let memory: MemoryBudget

  // Ring-confined from here on.
  var dateAndServer = DateAndServerLines()
  private(set) var isDraining = false
  private var connections: [Connection] = []
  /// Connections whose handshake is not complete.
  private var shakingHands: [ObjectIdentifier: Socket] = [:]

  init(
    ring: Ring, configuration: HTTPServerConfiguration, handler: any HTTPHandler, counters: HTTPCounters,
    census: ConnectionCensus, memory: MemoryBudget
  ) {
    self.ring = ring
    self.configuration = configuration
    waits = Waits(configuration.timeouts)
    self.handler = handler
    self.counters = counters
    self.census = census
    self.memory = memory
  }

  /// Connections of this ring.
  var connectionCount: Int { connections.count }

  /// Accepts connections until the listener is closed.
  func accept(from listener: Listener, _ door: Door) async {
    while !isDraining {
      do throws(IOError) {
        let (descriptor, peer) = try await listener.accept()
        admit(descriptor, peer, door)
      } catch {
        if error.isCancelled || isDraining { return }
        counters.acceptFailures.add()
        // Out of descriptors or memory: the pending connection stays in the queue until there is room.
        await ring.sleep(for: .milliseconds(50))
      }
    }
  }

  /// Ends idle connections and makes the others close after the request they are at.
  func beginDrain() {
    isDraining = true
    for connection in connections where connection.isIdle { connection.transport.cancel() }
    for socket in shakingHands.values { socket.cancel() }
  }

  /// Waits until no connection is left or `deadline` passes; then cuts those that are left.
  func finishDrain(by deadline: Instant) async {
    while !connections.isEmpty, ring.now < deadline { await ring.sleep(for: .milliseconds(5)) }
    for connection in connections { connection.cut() }
  }

  /// Serves a connection, or turns it away when there are too many.
  private func admit(_ descriptor: Int32, _ peer: SocketAddress, _ door: Door) {
    counters.accepted.add()
    let verdict = census.enter(configuration.limits)
    if verdict != .welcome { counters.refused.add() }
    ring.spawn {
      let socket = Socket(descriptor: descriptor)
      switch verdict {
      case .welcome: await self.serve(socket, peer, door)
      case .refuse: await self.turnAway(socket, peer, door, .tooManyConnections)
      case .drop: socket.close()
      }
      self.census.leave(verdict)
      self.counters.closed.add()
    }
  }

  private func serve(_ socket: Socket, _ peer: SocketAddress, _ door: Door) async {
    let memory = MemoryClaim(self.memory)
    let cost = MemoryCost.connection + (door.tls == nil ? 0 : MemoryCost.tls)
    guard memory.grow(by: cost, for: .connection) else {
      counters.refused.add()
      return await turnAway(socket, peer, door, .overMemory)
    }
    var transport = Transport.plain(socket)
    var info: TLSInfo?
    if let context = door.tls {
      guard let stream = await shakeHands(socket, context) else { return socket.close() }
      transport = .tls(stream)
      info = stream.info
    }
    let connection = Connection(
      transport, ConnectionInfo(peer: peer, local: door.address, tls: info, listenerName: door.name), self,
      memory)
    connection.slot = connections.count
    connections.append(connection)
    await connection.serve()
    remove(connection)
    memory.endRequest(keeping: 0)
  }

  /// Makes the TLS handshake; nil when it fails or takes too long.
  private func shakeHands(_ socket: Socket, _ context: TLSContext) async -> TLSStream? {
    socket.deadline = ring.now.advanced(by: configuration.timeouts.handshake)
    shakingHands[ObjectIdentifier(socket)] = socket
    defer { shakingHands[ObjectIdentifier(socket)] = nil }
    let certificates = await context.certificates(on: ring)
    guard let stream = TLSStream(accepting: socket, certificates, ring: ring) else {
      counters.failedHandshakes.add()
      return nil
    }
    do throws(IOError) {
      try await stream.handshake()
    } catch {
      if error.isTimeout { counters.note(.handshake) }
      counters.failedHandshakes.add()
      stream.close()
      return nil
    }
    counters.handshakes.add()
    return stream
  }

  /// One connection too many: an answer on a plain one, nothing on TLS, which would need a handshake first.
  private func turnAway(
    _ socket: Socket, _ peer: SocketAddress, _ door: Door, _ problem: RequestProblem
  ) async {
    if door.tls == nil {
      let connection = Connection(
        .plain(socket), ConnectionInfo(peer: peer, local: door.address, tls: nil, listenerName: door.name),
        self, MemoryClaim(memory))
      await connection.refuse(problem)
      connection.releaseInput()
    }
    socket.close()
  }

  private func remove(_ connection: Connection) {
    let last = connections.removeLast()
    if last !== connection {
      connections[connection.slot] = last
      last.slot = connection.slot
    }
  }
}

/// What a shard has to know of the listener a connection came through.
struct Door: Sendable {
  let name: String
  let address: SocketAddress
  let tls: TLSContext?
}
