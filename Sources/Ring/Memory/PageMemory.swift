import CURing
import Glibc

/// Anonymous memory in whole pages, straight from the kernel: page-aligned for O_DIRECT, and truly returned
/// when freed (an allocator would keep it).
enum PageMemory {
  // SAFETY: of all three: callers pass what `map` returned, with its length, and no longer use what they
  // unmapped.

  /// `nil` when the system has no memory left.
  static func map(_ length: Int) -> UnsafeMutableRawPointer? { unsafe weir_map_pages(length) }

  static func unmap(_ base: UnsafeMutableRawPointer, _ length: Int) { unsafe munmap(base, length) }

  /// Drops the contents, and with them the physical pages; the addresses stay valid and read as zero.
  static func discard(_ base: UnsafeMutableRawPointer, _ length: Int) {
    unsafe madvise(base, length, Int32(MADV_DONTNEED))
  }
}
