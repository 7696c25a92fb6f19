import Glibc
import Testing

@testable import Ring

/// A task that could go on for ever must not keep its ring to itself.
@Suite struct FairnessTests {
  /// What the page cache holds is read without suspending; the timer fires all the same.
  @Test(.timeLimit(.minutes(1)), arguments: [IOBackend.uring, .poll])
  func cachedReadsLetOthersRun(_ backend: IOBackend) async throws {
    try await withRings(backend) { _ in
      let path = temporaryPath()
      defer { try? Directory.remove(file: path) }
      let file = try await File.open(path, flags: O_RDWR | O_CREAT)
      let memory = Memory(4096, seed: 1)
      unsafe try await file.write(memory.readOnly, at: 0)
      let isOver = Unchecked(Flag())
      Ring.current.spawn {
        await Ring.current.sleep(for: .milliseconds(5))
        isOver.value.isSet = true
      }
      while !isOver.value.isSet {
        let reading = unsafe file.startRead(into: memory.bytes, at: 0)
        #expect(try await reading.result() == 4096)
      }
      file.close()
    }
  }

  /// Jobs that take long and come again are not all run before the next look at the timers.
  @Test(arguments: [IOBackend.uring, .poll])
  func aTurnEndsWithItsBurst(_ backend: IOBackend) async throws {
    try await withRings(backend) { _ in
      let isOver = Unchecked(Flag())
      Ring.current.spawn {
        await Ring.current.sleep(for: .milliseconds(5))
        isOver.value.isSet = true
      }
      var rounds = 0
      while !isOver.value.isSet {
        let end = Instant.monotonic().advanced(by: .milliseconds(1))
        while Instant.monotonic() < end {}
        rounds += 1
        await Task.yield()
      }
      // Without an end to the burst it is 1,024.
      #expect(rounds < 500)
    }
  }

  private final class Flag { var isSet = false }
}
