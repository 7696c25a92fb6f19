import CURing
import Glibc
import Synchronization

/// A listening TCP socket. One ring accepts from it; rings may share an address, and the kernel spreads connections
/// over their listeners.
package final class Listener: Sendable {
  /// Whether others may listen on the same address.
  package enum Sharing: Sendable {
    case none
    /// The first of several: fails when anybody listens there already, of this process or another.
    case first
    /// One more beside the first.
    case further
  }

  /// The address it is bound to, with the real port where 0 was asked for.
  package let address: SocketAddress
  private let state: Locked<State>

  private struct State: Sendable {
    var descriptor: Int32
    var isClosed = false
    var ring: Ring?
    /// Connections taken since the last suspension.
    var burst = 0
    /// The waiting side.
    // SAFETY: touched on `ring` only.
    nonisolated(unsafe) var socket: Socket?
  }

  /// Connections the kernel queues before they are accepted.
  static let backlog: Int32 = 4096

  /// Binds and listens. Fails with EADDRINUSE, EACCES, …
  package init(address: SocketAddress, sharing: Sharing = .none) throws(IOError) {
    let descriptor = weir_stream_socket(address.family)
    if descriptor < 0 { throw IOError(errno: errno, operation: "socket") }
    SocketOption.enable(descriptor, SOL_SOCKET, SO_REUSEADDR)
    if sharing == .further { SocketOption.enable(descriptor, SOL_SOCKET, SO_REUSEPORT) }
    // Accepted sockets inherit it.
    SocketOption.enable(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
    // SAFETY: the pointer is valid for the call.
    if unsafe address.withSockaddr({ unsafe weir_bind(descriptor, $0, $1) }) < 0 {
      let code = errno
      Glibc.close(descriptor)
      throw IOError(errno: code, operation: "bind")
    }
    // Only now: with it the bind would have joined another server's port without a word.
    if sharing == .first { SocketOption.enable(descriptor, SOL_SOCKET, SO_REUSEPORT) }
    if listen(descriptor, Self.backlog) < 0 {
      let code = errno
      Glibc.close(descriptor)
      throw IOError(errno: code, operation: "listen")
    }
    self.address = SocketAddress.local(of: descriptor) ?? address
    state = Locked(State(descriptor: descriptor))
  }

  deinit { close() }

  /// The next connection: its descriptor, which the caller gives to a `Socket` or closes, and the peer.
  /// Called on one and the same ring. Throws ECANCELED once closed, ETIMEDOUT past the deadline, and EMFILE
  /// and the like as the kernel reports them; after those the caller should pause, for they come at once.
  package func accept(
    deadline: Instant = .distantFuture
  ) async throws(IOError) -> (descriptor: Int32, peer: SocketAddress) {
    let socket = try waitingSide()
    socket.deadline = deadline
    while true {
      // At once first: a burst of connections is taken without a suspension for each.
      // SAFETY: `reading` passes room for an address.
      let (descriptor, peer) = unsafe SocketAddress.reading { address, length in
        unsafe weir_accept(socket.descriptor, address, length)
      }
      if descriptor >= 0 {
        if isLongBurst() { await Ring.current.yieldTurn() }
        return (descriptor, peer ?? SocketAddress(octets: [0, 0, 0, 0], port: 0))
      }
      switch errno {
      case EAGAIN, EINTR, ECONNABORTED, EPROTO: try await socket.waitReadable("accept")
      case EBADF: throw IOError(errno: ECANCELED, operation: "accept")
      case let code: throw IOError(errno: code, operation: "accept")
      }
    }
  }

  /// Stops listening, from any thread. A pending accept fails with ECANCELED.
  package func close() {
    let (descriptor, ring, waiting) = state.withLock { state -> (Int32, Ring?, WaitingSide) in
      if state.isClosed { return (-1, nil, WaitingSide(nil)) }
      state.isClosed = true
      let waiting = unsafe WaitingSide(state.socket)
      unsafe state.socket = nil
      return (waiting.socket == nil ? state.descriptor : -1, state.ring, waiting)
    }
    if descriptor >= 0 { Glibc.close(descriptor) }
    guard let ring else { return }
    // Not `self` in the closure: this may be its deinit.
    if ring.isCurrent || ring.hasEnded.load(ordering: .acquiring) {
      waiting.socket?.close()
    } else {
      ring.spawn { waiting.socket?.close() }
    }
  }

  /// Carries the waiting side to its ring.
  // SAFETY: the socket is touched on its ring only.
  private struct WaitingSide: @unchecked Sendable {
    let socket: Socket?
    init(_ socket: Socket?) { self.socket = socket }
  }

  /// True for every 64th connection: the ring's other tasks get a turn in the middle of a burst.
  private func isLongBurst() -> Bool {
    state.withLock {
      $0.burst = ($0.burst + 1) % 64
      return $0.burst == 0
    }
  }

  private func waitingSide() throws(IOError) -> Socket {
    let ring = Ring.current
    return try state.withLock { (state) throws(IOError) -> Socket in
      if state.isClosed { throw IOError(errno: ECANCELED, operation: "accept") }
      if let socket = unsafe state.socket {
        precondition(state.ring === ring, "a listener belongs to one ring")
        return socket
      }
      let socket = Socket(descriptor: state.descriptor)
      state.ring = ring
      unsafe state.socket = socket
      return socket
    }
  }
}
