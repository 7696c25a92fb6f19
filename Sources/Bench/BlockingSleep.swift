import Glibc

/// Sleep of a plain thread; never on a ring.
enum BlockingSleep {
  static func sleep(seconds: Double) { usleep(UInt32(seconds * 1e6)) }
}
