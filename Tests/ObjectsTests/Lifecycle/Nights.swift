import Logging
import Primitives
import Testing

@testable import Background
@testable import Objects

/// Nights of lifecycle, by a clock that is moved.
enum Nights {
  static let day: Int64 = 86_400_000
  /// When stores begin.
  static let noon = Timestamp(milliseconds: 19_900 * day + day / 2)

  /// The midnight so many days on; 1 is the first behind `noon`.
  static func midnight(_ days: Int64) -> Timestamp {
    Timestamp(milliseconds: noon.milliseconds - day / 2 + days * day)
  }

  /// Runs a test on a store whose clock shows `noon`.
  static func with(
    _ kind: TestStore.Kind, limits: ObjectLimits, volumeCount: Int = 1,
    _ body: @escaping @Sendable (TestStore, MovedClock) async throws -> Void
  ) async throws {
    let clock = MovedClock(noon)
    try await TestStore.with(kind, limits: limits, volumeCount: volumeCount, clock: clock) { store in
      try await body(store, clock)
    }
  }

  /// One pass at a midnight, as the server makes it; what it did.
  @discardableResult
  static func run(_ store: TestStore, _ clock: MovedClock, midnight days: Int64) async -> LifecycleTally {
    clock.move(to: midnight(days))
    var options = LifecycleOptions()
    options.rate = 0
    let runner = LifecycleRunner(
      objects: store.objects, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      options: options, clock: { clock.now })
    #expect(await runner.pass(at: clock.now))
    #expect(runner.statistics.failures == 0)
    return runner.statistics.tally
  }
}
