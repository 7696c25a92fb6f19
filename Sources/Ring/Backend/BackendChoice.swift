import CURing
import Glibc

/// Which backend a group of rings gets, and why not the better one.
enum BackendChoice {
  /// Resolves `.auto` by trying. Throws when `.uring` was demanded and is refused.
  static func decide(
    _ wanted: IOBackend, queueEntries: UInt32
  ) throws(IOError) -> (IOBackend, notice: String?) {
    if wanted == .poll { return (.poll, nil) }
    guard let problem = UringSetup.probe(entries: queueEntries) else { return (.uring, nil) }
    if wanted == .uring { throw IOError(errno: problem.errno, operation: problem.step) }
    return (.poll, notice(for: problem))
  }

  static func make(_ kind: IOBackend, ring: Ring) throws(IOError) -> any Backend {
    if kind == .poll { return try PollBackend(ring: ring) }
    do throws(UringUnavailable) {
      return try UringBackend(ring: ring, entries: ring.queueEntries)
    } catch {
      throw IOError(errno: error.errno, operation: error.step)
    }
  }

  /// For the log: what refused io_uring, most likely, and what to do.
  static func notice(for problem: UringUnavailable) -> String {
    "io_uring is not available (\(problem.step): errno \(problem.errno)): \(cause(of: problem)) "
      + "Using epoll and threads instead: everything works, only slower."
  }

  private static func cause(of problem: UringUnavailable) -> String {
    let level = disabledLevel()
    switch problem.errno {
    case EPERM where level > 0:
      return "kernel.io_uring_disabled is \(level). Set it to 0 with "
        + "`sysctl kernel.io_uring_disabled=0`, or start with --io poll to silence this."
    case EPERM, EACCES:
      return "it was refused, most likely by a container's seccomp profile. "
        + "Allow io_uring_setup, io_uring_enter and io_uring_register there "
        + "(see the profile under deploy/), or start with --io poll to silence this."
    case ENOSYS:
      return "this kernel lacks it or a sandbox hides it. Linux 5.19 or newer is needed."
    case ENOMEM:
      return "not enough locked memory. Raise the limit (ulimit -l, LimitMEMLOCK=)."
    case EINVAL:
      return "this kernel is too old. Linux 5.19 or newer is needed, 6.1 or newer is best."
    default:
      return "the cause is not known."
    }
  }

  /// The sysctl, 0 where it does not exist.
  private static func disabledLevel() -> Int {
    let descriptor = unsafe weir_open("/proc/sys/kernel/io_uring_disabled", O_RDONLY | O_CLOEXEC, 0)
    if descriptor < 0 { return 0 }
    defer { close(descriptor) }
    var digit: UInt8 = 0
    // SAFETY: reads one byte into a local.
    return unsafe read(descriptor, &digit, 1) == 1 ? Int(digit) - Int(UInt8(ascii: "0")) : 0
  }
}
