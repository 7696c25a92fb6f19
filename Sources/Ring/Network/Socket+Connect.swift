import CURing
import Glibc

extension Socket {
  /// Connects to a host, by name or numeric address, trying its addresses in order. Names are resolved on
  /// the blocking pool, or on `names`, which the deadline does not bound; the connects are.
  package static func connect(
    host: String, port: Int, deadline: Instant = .distantFuture, names: BlockingPool? = nil
  ) async throws(IOError) -> Socket {
    let addresses = try await resolve(host: host, port: port, on: names ?? Ring.current.blocking)
    if deadline <= Instant.now() { throw IOError(errno: ETIMEDOUT, operation: "resolve") }
    var failure = IOError(errno: EHOSTUNREACH, operation: "connect")
    for address in addresses {
      do throws(IOError) {
        return try await connect(to: address, deadline: deadline)
      } catch {
        failure = error
      }
    }
    throw failure
  }

  /// Connects to one address.
  package static func connect(
    to address: SocketAddress, deadline: Instant = .distantFuture
  ) async throws(IOError) -> Socket {
    let descriptor = weir_stream_socket(address.family)
    if descriptor < 0 { throw IOError(errno: errno, operation: "socket") }
    let socket = Socket(descriptor: descriptor)
    do throws(IOError) {
      try await socket.finishConnecting(to: address, deadline: deadline)
    } catch {
      socket.close()
      throw error
    }
    return socket
  }

  private func finishConnecting(to address: SocketAddress, deadline: Instant) async throws(IOError) {
    self.deadline = deadline
    SocketOption.enable(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
    // SAFETY: the pointer is valid for the call.
    if unsafe address.withSockaddr({ unsafe weir_connect(descriptor, $0, $1) }) < 0 {
      if errno != EINPROGRESS { throw IOError(errno: errno, operation: "connect") }
      try await waitWritable("connect")
      let code = SocketOption.pendingError(descriptor)
      if code != 0 { throw IOError(errno: code, operation: "connect") }
    }
    // Blocking mode from here on: see `init(descriptor:)`.
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
    self.deadline = .distantFuture
  }

  private static func resolve(
    host: String, port: Int, on names: BlockingPool
  ) async throws(IOError) -> [SocketAddress] {
    if let octets = SocketAddress.octets(ofNumeric: host) {
      return [SocketAddress(octets: octets, port: port)]
    }
    let found = await names.run { lookUp(host: host, port: port) }
    if found.isEmpty { throw IOError(errno: EHOSTUNREACH, operation: "resolve") }
    return found
  }

  /// Blocks: asks the system's resolver.
  private static func lookUp(host: String, port: Int) -> [SocketAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = 1
    var list: UnsafeMutablePointer<addrinfo>?
    // SAFETY: getaddrinfo fills `list`, which freeaddrinfo frees after the last use.
    guard unsafe getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
    defer { unsafe freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    var entry = unsafe list
    while let current = unsafe entry {
      let raw = unsafe UnsafeRawPointer(current.pointee.ai_addr)
      let isIPv4 = unsafe current.pointee.ai_family == AF_INET
      if let raw = unsafe raw, unsafe isIPv4 || current.pointee.ai_family == AF_INET6 {
        let octets = unsafe UnsafeRawBufferPointer(start: raw + (isIPv4 ? 4 : 8), count: isIPv4 ? 4 : 16)
        addresses.append(SocketAddress(octets: unsafe Array(octets), port: port))
      }
      unsafe entry = current.pointee.ai_next
    }
    return addresses
  }
}
