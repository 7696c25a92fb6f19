/// The stdlib's UTF-8 codec under a name that `Primitives.UTF8` does not shadow.
@usableFromInline
package typealias UTF8Text = Unicode.UTF8

/// Validation of UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
package enum UTF8 {
  /// Whether `bytes` is valid UTF-8.
  package static func isValid(_ bytes: [UInt8]) -> Bool {
    // SAFETY: the pointer does not outlive the closure.
    unsafe bytes.withUnsafeBytes { unsafe isValid($0) }
  }

  /// Whether `bytes` is valid UTF-8.
  package static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
    // SAFETY: all reads are guarded by `count`.
    let count = bytes.count
    var index = 0
    while index < count {
      // Eight ASCII bytes at a time: nearly every key is ASCII from end to end.
      if index + 8 <= count {
        let word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        if word & 0x8080_8080_8080_8080 == 0 {
          index += 8
          continue
        }
      }
      let length = unsafe sequenceLength(bytes, at: index)
      guard length > 0 else { return false }
      index += length
    }
    return true
  }

  /// The length of the well-formed sequence at `index`, or 0 (Unicode standard, table 3-7).
  private static func sequenceLength(_ bytes: UnsafeRawBufferPointer, at index: Int) -> Int {
    // SAFETY: `index` lies below the count and `continuation` checks the rest.
    let first = unsafe bytes[index]
    if first < 0x80 { return 1 }
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    case 0xF1...0xF3: length = 4
    default: return 0
    }
    guard index + length <= bytes.count, unsafe second.contains(bytes[index + 1]) else { return 0 }
    for offset in 2..<max(length, 2) where unsafe bytes[index + offset] & 0xC0 != 0x80 { return 0 }
    return length
  }
}
