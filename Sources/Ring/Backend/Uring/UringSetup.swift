import CURing
import Glibc

/// Why io_uring cannot be used here.
struct UringUnavailable: Error {
  let errno: Int32
  let step: StaticString
}

/// Opens io_uring with the best flags the kernel takes.
enum UringSetup {
  /// From best to plainest: 6.1 has them all, 6.0 no deferred task work, 5.19 cooperative task work only.
  private static let flagSets: [UInt32] = [
    singleIssuer | deferTaskrun | cooperative | taskrunFlag,
    singleIssuer | cooperative | taskrunFlag,
    cooperative | taskrunFlag,
    0,
  ]
  private static let cooperative: UInt32 = 1 << 8
  private static let taskrunFlag: UInt32 = 1 << 9
  private static let singleIssuer: UInt32 = 1 << 12
  private static let deferTaskrun: UInt32 = 1 << 13
  private static let submitAll: UInt32 = 1 << 7
  private static let completionSize: UInt32 = 1 << 3

  /// Waiting with a timeout in one call, and no completion ever dropped.
  private static let neededFeatures: UInt32 = 1 << 8 | 1 << 1

  static func open(_ uring: UnsafeMutablePointer<io_uring>, entries: UInt32) throws(UringUnavailable) {
    var code: Int32 = 0
    for flags in flagSets {
      var parameters = io_uring_params()
      parameters.flags = flags | submitAll | completionSize
      parameters.cq_entries = entries * 4
      code = unsafe io_uring_queue_init_params(entries, uring, &parameters)
      if code == 0 {
        if parameters.features & neededFeatures != neededFeatures {
          unsafe io_uring_queue_exit(uring)
          throw UringUnavailable(errno: EINVAL, step: "features")
        }
        // Saves a descriptor lookup per call; harmless where the kernel has it not.
        unsafe io_uring_register_ring_fd(uring)
        return
      }
      if code != -EINVAL { break }
    }
    throw UringUnavailable(errno: -code, step: "io_uring_setup")
  }
}

extension UringSetup {
  /// Tries everything a ring needs. `nil` when all of it works.
  static func probe(entries: UInt32) -> UringUnavailable? {
    var uring = unsafe io_uring()
    do throws(UringUnavailable) {
      // SAFETY: the local outlives the ring, which is closed before it goes.
      try unsafe open(&uring, entries: entries)
    } catch {
      return error
    }
    defer { unsafe io_uring_queue_exit(&uring) }
    guard let memory = unsafe PageMemory.map(4096) else {
      return UringUnavailable(errno: ENOMEM, step: "mmap")
    }
    defer { unsafe PageMemory.unmap(memory, 4096) }
    var registration = io_uring_buf_reg()
    registration.ring_addr = UInt64(UInt(bitPattern: memory))
    registration.ring_entries = 8
    registration.bgid = 1
    let code = unsafe io_uring_register_buf_ring(&uring, &registration, 0)
    return code < 0 ? UringUnavailable(errno: -code, step: "io_uring_register(buffer ring)") : nil
  }
}
