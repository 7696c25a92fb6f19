import CWeir

/// The memory that `malloc` and Swift's objects come from.
package enum HeapMemory {
  /// Gives what is free in it back to the system, inside of the heap as well (malloc_trim(3)). Takes locks of the
  /// allocator for some milliseconds a gigabyte: not for ring threads.
  package static func giveBackFreePages() { cweir_give_back_free_memory() }
}
