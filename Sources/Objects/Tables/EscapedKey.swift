import Glibc

/// A key that other fields can follow in a row's key: `00` becomes `00 FF`, and `00 00` ends it. The order of
/// keys, and which key is a prefix of which, stay as they are.
enum EscapedKey {
  /// Appends the escaped key with its end.
  static func append(_ key: some Collection<UInt8>, to output: inout [UInt8]) {
    appendOpen(key, to: &output)
    output.append(0)
    output.append(0)
  }

  /// Appends the escaped bytes without the end: a prefix of every key that begins with them.
  static func appendOpen(_ key: some Collection<UInt8>, to output: inout [UInt8]) {
    // Most keys have no zero.
    guard key.contains(0) else { return output.append(contentsOf: key) }
    for byte in key {
      output.append(byte)
      if byte == 0 { output.append(0xFF) }
    }
  }

  /// Reads an escaped key from the start of `bytes`: the key, and how many bytes it took with its end. Nil
  /// when the bytes are not one.
  static func read(_ bytes: UnsafeRawBufferPointer) -> (key: [UInt8], length: Int)? {
    // SAFETY: the search ends with the bytes, and what it finds lies within them.
    guard let base = bytes.baseAddress, let zero = unsafe memchr(base, 0, bytes.count) else { return nil }
    let first = unsafe UnsafeRawPointer(zero) - base
    if first + 1 < bytes.count, unsafe bytes[first + 1] == 0 {
      return (unsafe Array(bytes[..<first]), first + 2)
    }
    var key: [UInt8] = []
    key.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      // SAFETY: `index` and `index + 1` are checked against the count.
      let byte = unsafe bytes[index]
      if byte != 0 {
        key.append(byte)
        index += 1
        continue
      }
      guard index + 1 < bytes.count else { return nil }
      switch unsafe bytes[index + 1] {
      case 0: return (key, index + 2)
      case 0xFF: key.append(0)
      default: return nil
      }
      index += 2
    }
    return nil
  }
}
