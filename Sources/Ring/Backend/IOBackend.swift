/// Which mechanism the rings use for I/O.
package enum IOBackend: String, CaseIterable, Sendable {
  /// io_uring where the kernel lets us, else epoll and threads.
  case auto
  /// io_uring or fail.
  case uring
  /// epoll for sockets, the blocking pool for files.
  case poll
}
