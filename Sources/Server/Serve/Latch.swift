import Glibc
import Synchronization

/// Lets a plain thread wait for a value that a task delivers. Used at start and at the end only.
final class Latch<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)
  private let reading: Int32
  private let writing: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    // SAFETY: the array has room for the two descriptors and outlives the call.
    let result = unsafe ends.withUnsafeMutableBufferPointer { unsafe pipe($0.baseAddress) }
    precondition(result == 0, "no descriptors left at start")
    (reading, writing) = (ends[0], ends[1])
  }

  deinit {
    close(reading)
    close(writing)
  }

  /// Delivers the value; once.
  func deliver(_ value: Value) {
    self.value.withLock { $0 = value }
    var byte: UInt8 = 1
    // SAFETY: one byte of a local that outlives the call.
    unsafe write(writing, &byte, 1)
  }

  /// Blocks until the value is there.
  func wait() -> Value {
    var byte: UInt8 = 0
    while true {
      // SAFETY: one byte of a local that outlives the call.
      let count = unsafe read(reading, &byte, 1)
      if count == 1, let value = value.withLock({ $0 }) { return value }
      precondition(count == 1 || errno == EINTR, "a latch's pipe broke")
    }
  }
}
