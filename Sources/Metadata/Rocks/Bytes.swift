import Glibc

extension [UInt8] {
  /// One copy by `memcpy` (`Array.init` takes a raw buffer byte by byte).
  init(copying bytes: UnsafeRawBufferPointer) {
    // The standard library would write the count of an empty array into the one that all threads share.
    guard bytes.count > 0 else {
      self = []
      return
    }
    // SAFETY: exactly `bytes.count` bytes of the uninitialised storage are filled.
    unsafe self.init(unsafeUninitializedCapacity: bytes.count) { target, count in
      if let from = bytes.baseAddress, let to = target.baseAddress {
        unsafe memcpy(to, from, bytes.count)
      }
      count = bytes.count
    }
  }

  /// The bytes as RocksDB's C API takes them; the pointer is good during `body`, and never null.
  func withChars<R>(_ body: (UnsafePointer<CChar>, Int) -> R) -> R {
    // SAFETY: UInt8 and CChar have the same layout; an empty array gets a one-byte stand-in.
    if isEmpty {
      var nothing: CChar = 0
      return unsafe withUnsafePointer(to: &nothing) { unsafe body($0, 0) }
    }
    return unsafe withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { preconditionFailure("an array has an address") }
      return unsafe body(start.assumingMemoryBound(to: CChar.self), bytes.count)
    }
  }
}
