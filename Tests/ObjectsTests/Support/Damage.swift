import Glibc
import Testing

/// Turns one bit of a file.
func flipBit(_ path: String, at offset: UInt64, bit: UInt8 = 0) throws {
  let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC)
  try #require(descriptor >= 0)
  defer { close(descriptor) }
  var byte: UInt8 = 0
  // SAFETY: one byte, which outlives the calls.
  try #require(unsafe pread(descriptor, &byte, 1, off_t(offset)) == 1)
  byte ^= 1 << bit
  try #require(unsafe pwrite(descriptor, &byte, 1, off_t(offset)) == 1)
}
