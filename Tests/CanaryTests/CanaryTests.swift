import Foundation
import Testing

/// Faults made on purpose, one for each thing that the sanitizers are there to find. `Tests/canaries` runs them, one
/// at a time, and wants the report; nothing else ever does. A sanitizer that has been switched off, or silenced by
/// its suppressions, is found out that way.
@Suite(.serialized) struct CanaryTests {
  private static func isWanted(_ name: String) -> Bool {
    ProcessInfo.processInfo.environment["WEIR_CANARY"] == name
  }

  @Test(.enabled(if: isWanted("use-after-free")))
  func useAfterFree() {
    let block = UnsafeMutablePointer<UInt8>.allocate(capacity: 64)
    unsafe block.initialize(repeating: 7, count: 64)
    unsafe block.deallocate()
    let byte = unsafe canaryRead(block, at: 11)
    Issue.record("a freed byte was read without a report: \(byte)")
  }

  @Test(.enabled(if: isWanted("overflow")))
  func overflow() {
    let block = UnsafeMutablePointer<UInt8>.allocate(capacity: 64)
    unsafe block.initialize(repeating: 7, count: 64)
    let byte = unsafe canaryRead(block, at: 64)
    unsafe block.deallocate()
    Issue.record("a byte behind a block was read without a report: \(byte)")
  }

  /// Passes by itself: the report comes when the process ends.
  @Test(.enabled(if: isWanted("leak")))
  func leak() {
    for _ in 0..<100 { canaryLeak() }
  }

  /// Passes by itself, as above.
  @Test(.enabled(if: isWanted("race")))
  func race() {
    let counter = RacedCounter()
    let threads = (0..<2).map { _ in
      let thread = Thread { canaryRace(counter) }
      thread.start()
      return thread
    }
    // Not joined by anything that orders their writes: only by the clock.
    while threads.contains(where: { !$0.isFinished }) { usleep(1_000) }
  }
}

/// A number that two threads change without a lock.
// SAFETY: none; that is the point.
private final class RacedCounter: @unchecked Sendable {
  var value = 0
}

@inline(never)
private func canaryRead(_ block: UnsafeMutablePointer<UInt8>, at offset: Int) -> UInt8 {
  unsafe block[offset]
}

@inline(never)
private func canaryLeak() {
  let block = UnsafeMutablePointer<UInt8>.allocate(capacity: 777)
  unsafe block.initialize(repeating: 1, count: 777)
}

@inline(never)
private func canaryRace(_ counter: RacedCounter) {
  for _ in 0..<1_000 { counter.value += 1 }
}
