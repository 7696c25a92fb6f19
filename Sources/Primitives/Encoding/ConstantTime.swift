/// Whether `a` and `b` hold the same bytes, in a time that depends on their lengths alone: for signatures,
/// MACs and secrets. Lengths are not secret.
@inlinable
package func constantTimeEquals(_ a: some Collection<UInt8>, _ b: some Collection<UInt8>) -> Bool {
  // SAFETY: the pointers do not outlive the closures.
  unsafe withContiguousBytes(a) { left in
    unsafe withContiguousBytes(b) { right in
      // SAFETY: both buffers are only read, within equal bounds.
      guard left.count == right.count else { return false }
      var difference: UInt8 = 0
      for index in 0..<left.count { unsafe difference |= left[index] ^ right[index] }
      return difference == 0
    }
  }
}
