/// The open sockets of a ring, so that shutdown finds them.
@safe final class SocketTable {
  private var sockets: [Unmanaged<Socket>] = unsafe []

  var count: Int { unsafe sockets.count }

  func add(_ socket: Socket) {
    socket.tablePosition = unsafe Int32(sockets.count)
    // SAFETY: the socket leaves the table when it is closed or deinitialised.
    unsafe sockets.append(Unmanaged.passUnretained(socket))
  }

  func remove(_ socket: Socket) {
    let position = Int(socket.tablePosition)
    if position < 0 { return }
    socket.tablePosition = -1
    // SAFETY: every element is a socket in the table, hence alive.
    let last = unsafe sockets.removeLast()
    unsafe last._withUnsafeGuaranteedRef { moved in
      if moved === socket { return }
      moved.tablePosition = Int32(position)
      unsafe sockets[position] = last
    }
  }

  /// Fails what is pending on any socket with ECANCELED.
  func cancelAll() {
    // SAFETY: as above; cancelling runs no code of tasks, so the table does not change meanwhile.
    unsafe sockets.forEach { unsafe $0._withUnsafeGuaranteedRef { $0.cancel() } }
  }
}
