import Primitives
import Ring
import Testing

@testable import Objects

@Suite struct ConsistentCutTests {
  /// A moment shows the same for ever, however young it is: whoever asks while writes are under way, and again later,
  /// is told the same.
  @Test(arguments: TestStore.Kind.allCases)
  func aMomentNeverChanges(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind) { store in
      let bucket = try await store.versionedBucket()
      try await store.put(bucket, "first", [0])
      var early: [(Moment, [String: [UInt8]])] = []
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<4 {
          group.addTask {
            for index in 0..<60 { try await store.put(bucket, "k\(writer)-\(index)", [UInt8(writer)]) }
          }
        }
        for _ in 0..<25 {
          let moment = Moment(Timestamp.now())
          early.append((moment, try await store.contents(bucket, asOf: moment)))
          await Ring.current.sleep(for: .milliseconds(1))
        }
        try await group.waitForAll()
      }
      for (moment, contents) in early {
        #expect(try await store.contents(bucket, asOf: moment) == contents, "as of \(moment.rawValue)")
      }
      if kind == .rocks { await store.close() }
    }
  }
}
