import Glibc

/// A connected stream socket on one ring. Not Sendable: created on the ring that uses it, used there only.
///
/// At most one receive and one send may be pending at a time (they may be in different tasks). An operation
/// returns only when the kernel is done with its memory: a deadline, `cancel()` or `close()` asks the kernel
/// to let go, and the operation ends with the completion that follows.
package final class Socket {
  /// The descriptor; -1 once closed.
  package private(set) var descriptor: Int32

  let ring: Ring
  var deadlineStore = Instant.distantFuture
  /// Tokens of what is pending.
  var receiving = Token.none
  var sending = Token.none
  /// Why a cancel was asked for.
  var receiveEnd = EarlyEnd.none
  var sendEnd = EarlyEnd.none
  private var isClosing = false
  // Places in the ring's tables.
  var wheelTick = UInt64.max
  var wheelPosition: Int32 = -1
  var tablePosition: Int32 = -1

  enum EarlyEnd: UInt8 {
    case none, timedOut, cancelled

    var errno: Int32 { self == .timedOut ? ETIMEDOUT : ECANCELED }
  }

  /// Takes over a connected descriptor. It must be in blocking mode (the ring never blocks on it, but
  /// io_uring would answer EAGAIN where it should wait).
  package init(descriptor: Int32) {
    self.descriptor = descriptor
    ring = Ring.current
    ring.sockets.add(self)
    ring.statistics.sockets.add()
  }

  deinit { close() }

  /// One deadline for whatever is pending or started later; past it the operation fails with ETIMEDOUT.
  /// Noticed up to 70 ms late, never early. Setting it is one store unless it moves forward in time.
  package var deadline: Instant {
    get { deadlineStore }
    set {
      deadlineStore = newValue
      if isPending { ring.wheel.note(self) }
    }
  }

  var isPending: Bool { receiving != .none || sending != .none }

  /// Fails what is pending with ECANCELED. What is started later is not affected.
  package func cancel() { end(.cancelled) }

  /// The deadline has passed.
  func expire() {
    ring.statistics.timeouts.add()
    end(.timedOut)
  }

  private func end(_ reason: EarlyEnd) {
    if receiving != .none, receiveEnd == .none {
      receiveEnd = reason
      ring.backend.cancel(receiving, descriptor: descriptor)
    }
    if sending != .none, sendEnd == .none {
      sendEnd = reason
      ring.backend.cancel(sending, descriptor: descriptor)
    }
  }

  /// The address of this end; `nil` once closed or when it is no IP socket.
  package var localAddress: SocketAddress? { SocketAddress.local(of: descriptor) }

  /// The address of the other end; `nil` once it is gone.
  package var peerAddress: SocketAddress? { SocketAddress.peer(of: descriptor) }

  /// Tells the peer that no more bytes will come; receiving goes on.
  package func shutdownWrite() {
    if descriptor >= 0 { Glibc.shutdown(descriptor, Int32(SHUT_WR)) }
  }

  /// Closes the socket. What is pending fails with ECANCELED, and the descriptor goes once that is done.
  package func close() {
    if isClosing { return }
    isClosing = true
    ring.wheel.remove(self)
    if isPending { return cancel() }
    closeNow()
  }

  private func closeNow() {
    if descriptor < 0 { return }
    ring.backend.forget(descriptor: descriptor)
    ring.sockets.remove(self)
    ring.statistics.sockets.subtract()
    Glibc.close(descriptor)
    descriptor = -1
  }

  /// Before an operation: may it start?
  @inline(__always)
  func admit(_ operation: StaticString) throws(IOError) {
    if isClosing || ring.isStopping { throw IOError(errno: ECANCELED, operation: operation) }
    if deadlineStore.nanoseconds != .max {
      if deadlineStore <= ring.now { throw IOError(errno: ETIMEDOUT, operation: operation) }
      ring.wheel.note(self)
    }
  }

  /// After an operation: a close that waited for it happens now.
  @inline(__always)
  func settle() {
    if isClosing, !isPending { closeNow() }
  }
}
