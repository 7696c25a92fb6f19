import Glibc

/// Fixed-offset fields of the on-disk structures: little-endian, at any alignment. The offsets are constants of
/// the format; reaching outside the buffer is a programmer error and traps like an array index.
extension UnsafeRawBufferPointer {
  /// The integer at byte `offset`.
  func littleEndian<Value: FixedWidthInteger>(_ offset: Int, as type: Value.Type) -> Value {
    precondition(offset >= 0 && offset + MemoryLayout<Value>.size <= count)
    // SAFETY: the range was checked just above; the load asks for no alignment.
    return unsafe Value(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }

  /// Whether every byte is zero: the first is, and each equals the one before it.
  var isZero: Bool {
    guard let base = baseAddress, count > 0 else { return true }
    // SAFETY: both runs of `count - 1` bytes lie within the buffer.
    return unsafe self[0] == 0 && memcmp(base, base + 1, count - 1) == 0
  }

  /// The bytes of `range`.
  func part(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    // SAFETY: the range was checked just above; the result lives as long as its base, as documented.
    return unsafe UnsafeRawBufferPointer(rebasing: self[range])
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Stores `value` at byte `offset`.
  func store<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
    precondition(offset >= 0 && offset + MemoryLayout<Value>.size <= count)
    // SAFETY: the range was checked just above; the store asks for no alignment.
    unsafe storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
  }

  /// Copies `bytes` to byte `offset`.
  func store(bytes: [UInt8], at offset: Int) {
    precondition(offset >= 0 && offset + bytes.count <= count)
    // SAFETY: the range was checked just above and the array outlives the closure.
    unsafe bytes.withUnsafeBytes { source in
      if source.count > 0, let target = baseAddress, let start = source.baseAddress {
        unsafe (target + offset).copyMemory(from: start, byteCount: source.count)
      }
    }
  }

  /// Sets the bytes of `range` to zero.
  func zero(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    guard !range.isEmpty, let base = baseAddress else { return }
    // SAFETY: the range was checked just above.
    unsafe (base + range.lowerBound).initializeMemory(as: UInt8.self, repeating: 0, count: range.count)
  }

  /// The bytes of `range`, to read.
  func part(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    // SAFETY: a read-only view of the same memory, with the same lifetime.
    unsafe UnsafeRawBufferPointer(self).part(range)
  }

  /// The bytes of `range`, to write.
  func mutablePart(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    // SAFETY: the range was checked just above; the result lives as long as its base, as documented.
    return unsafe UnsafeMutableRawBufferPointer(rebasing: self[range])
  }
}

/// Eight ASCII characters as the integer they are when stored little-endian.
func magic(_ text: StaticString) -> UInt64 {
  precondition(text.utf8CodeUnitCount == 8)
  var value: UInt64 = 0
  // SAFETY: a static string's bytes live for ever, and there are eight of them.
  for index in (0..<8).reversed() { value = value << 8 | UInt64(unsafe text.utf8Start[index]) }
  return value
}
