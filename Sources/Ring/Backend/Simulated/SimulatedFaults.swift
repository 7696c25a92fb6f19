/// What goes wrong on a simulated disk, and how often. Everything is off at first.
package struct SimulatedFaults: Sendable {
  /// The power goes at this I/O, counted from 1; nothing that comes later has any effect.
  package var powerCutAfter: Int?
  /// One read in so many fails with EIO; 0 is none.
  package var readErrorsOneIn = 0
  /// One write in so many fails with EIO, having written a part of its sectors.
  package var writeErrorsOneIn = 0
  /// One sync in so many fails with EIO. What it should have made durable never becomes so, whatever later
  /// syncs say: the kernel has marked the pages clean.
  package var syncErrorsOneIn = 0
  /// One write in so many comes up short, as the system call may.
  package var shortWritesOneIn = 0
  /// One read in so many finds a bit of the sectors it reads turned, for good.
  package var bitFlipsOneIn = 0
  /// Bytes that may be written or reserved before the disk is full (ENOSPC); nil: no end.
  package var capacity: UInt64?

  /// No faults.
  package init() {}
}
