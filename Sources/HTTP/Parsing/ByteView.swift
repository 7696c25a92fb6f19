import Glibc

/// A bounds-checked view of bytes that somebody else keeps alive: the one place where the parsers of this module
/// touch raw memory. A view is made for the length of a call and is never stored in anything that outlives it.
@safe
struct ByteView {
  private let base: UnsafeRawPointer?
  let count: Int

  init(_ bytes: UnsafeRawBufferPointer) {
    unsafe base = bytes.baseAddress
    count = bytes.count
  }

  private init(base: UnsafeRawPointer?, count: Int) {
    unsafe self.base = base
    self.count = count
  }

  var isEmpty: Bool { count == 0 }

  /// The memory itself, for the C library and for copies.
  var raw: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: base, count: count) }

  @inline(__always)
  subscript(offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < count, "offset outside of the view")
    // SAFETY: checked above; a view with bytes has a base.
    return unsafe base.unsafelyUnwrapped.load(fromByteOffset: offset, as: UInt8.self)
  }

  /// The bytes of a range within this view.
  @inline(__always)
  subscript(range: Range<Int>) -> ByteView {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside of the view")
    // SAFETY: the range was checked; the memory is that of `self`.
    return unsafe ByteView(base: base.map { unsafe $0 + range.lowerBound }, count: range.count)
  }

  /// Whether the bytes are exactly `word`.
  func holds(_ word: StaticString) -> Bool {
    guard count == word.utf8CodeUnitCount, let base = unsafe base else { return false }
    // SAFETY: both sides have `count` readable bytes.
    return unsafe memcmp(base, word.utf8Start, count) == 0
  }

  /// Whether the bytes are `lowercaseWord` but for the case of ASCII letters. The word has no upper-case letter.
  func holdsIgnoringCase(_ lowercaseWord: StaticString) -> Bool {
    guard count == lowercaseWord.utf8CodeUnitCount else { return false }
    for offset in 0..<count {
      // SAFETY: the offset is below both counts.
      guard unsafe ASCII.lowercased(self[offset]) == lowercaseWord.utf8Start[offset] else { return false }
    }
    return true
  }

  /// The offset of the first `byte` at or after `start`, found by the C library's vector search.
  func firstOffset(of byte: UInt8, from start: Int) -> Int? {
    guard start < count, let base = unsafe base else { return nil }
    // SAFETY: `start..<count` lies within the view and memchr stays within it.
    guard let hit = unsafe memchr(base + start, Int32(byte), count - start) else { return nil }
    return unsafe UnsafeRawPointer(hit) - base
  }

  /// The offset of the first byte at or after `start` of which `test` is not true; the count if there is none.
  @inline(__always)
  func end(of test: (UInt8) -> Bool, from start: Int) -> Int {
    var offset = start
    while offset < count, test(self[offset]) { offset += 1 }
    return offset
  }

  /// Whether `test` is true of every byte.
  @inline(__always)
  func allSatisfy(_ test: (UInt8) -> Bool) -> Bool { end(of: test, from: 0) == count }

  /// The range of the view without blanks at its ends.
  func trimmedRange() -> Range<Int> {
    let start = end(of: ASCII.isBlank, from: 0)
    var end = count
    while end > start, ASCII.isBlank(self[end - 1]) { end -= 1 }
    return start..<end
  }

  /// Sixteen bytes from `offset`; `offset + 16` is at most the count.
  @inline(__always)
  func block(at offset: Int) -> SIMD16<UInt8> {
    precondition(offset >= 0 && offset &+ 16 <= count, "block outside of the view")
    // SAFETY: checked above.
    return unsafe base.unsafelyUnwrapped.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
  }

  /// False if no byte is `limit` or less. Looks at sixteen bytes at a time, the last sixteen twice if need be.
  func mayHaveByte(upTo limit: UInt8) -> Bool {
    guard count >= 16 else { return !allSatisfy { $0 > limit } }
    let limits = SIMD16<UInt8>(repeating: limit)
    var offset = 0
    while offset < count {
      if any(block(at: min(offset, count - 16)) .<= limits) { return true }
      offset += 16
    }
    return false
  }

  /// A copy of the bytes.
  func copied() -> [UInt8] {
    // SAFETY: the array copies before this returns; of typed memory it does so in one piece.
    unsafe [UInt8](UnsafeBufferPointer(start: base?.assumingMemoryBound(to: UInt8.self), count: count))
  }
}
