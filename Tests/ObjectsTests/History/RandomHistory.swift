import Metadata
import Primitives
import Ring

@testable import Objects

/// What a bucket keeps of itself.
enum HistoryKeeping: CaseIterable, Sendable {
  /// Versioning only: what is deleted for good is gone, and moments that would show it are refused.
  case versions
  /// A recovery window: every moment can be shown, whatever was deleted, until the window is over.
  case window
  /// Nothing: only views, and restores into it, hold something.
  case nothing
}

/// A store, and models of two of its buckets, that random operations change alike. What does not agree is in `problems`.
///
/// Draws of `random` never depend on what time it is, so that a seed says it all.
final class RandomHistory {
  /// One of the buckets; the second is mostly there to be restored into.
  struct Side {
    let name: String
    let keeping: HistoryKeeping
    var model = HistoryModel()
    var views: [ViewInfo] = []
    /// Restores into it that are over.
    var jobs: [RestoreJob] = []
  }

  static let names = ["a", "a/b", "a/c", "b", "b\u{0}", "d/e/f", "z"]
  static let prefixes = ["", "", "a", "a/", "b", "d/e"]
  static let day: UInt64 = 86_400

  var store: TestStore
  var random: SeededGenerator
  var sides: [Side]
  var uploads: [Upload] = []
  /// A commit behind all that the models know of.
  var clock: UInt64 = 0
  /// When each step began.
  var steps: [UInt64] = []
  var viewsMade = 0
  var nights: Int64 = 0
  /// What the store is made to answer wrongly.
  var lie: HistoryLie?
  var problems: [String] = []
  /// How often a moment of the past was shown, and refused.
  var shown = 0
  var refused = 0
  /// Restores that were cancelled half way.
  var cancelled = 0

  init(_ store: TestStore, _ keeping: HistoryKeeping, seed: UInt64) async throws {
    self.store = store
    random = SeededGenerator(seed: seed)
    let other = HistoryKeeping.allCases.randomElement(using: &random) ?? .window
    sides = [Side(name: "bucket", keeping: keeping), Side(name: "other", keeping: other)]
    for side in sides.indices {
      _ = try await store.bucket(sides[side].name)
      clock = try await tick()
      // What is older than the past can never be shown.
      if flip() { try await put(side, "a") }
      switch sides[side].keeping {
      case .versions: try await setVersioning(side, .enabled)
      case .window:
        sides[side].model.keeping.window = Self.day * 1_000
        _ = try await store.objects.setRecoveryWindow(seconds: Self.day, of: bucket(side))
        try await noteSettings(side)
      case .nothing: break
      }
    }
  }

  func step() async throws {
    try await beginStep()
    let side = Int.random(in: 0..<6, using: &random) == 0 ? 1 : 0
    let name = name()
    // Else there would be little to look at.
    if sides[side].keeping == .nothing, sides[side].views.isEmpty, flip(oneIn: 4) {
      return try await makeView(side)
    }
    switch Int.random(in: 0..<40, using: &random) {
    case 0..<9: try await put(side, name)
    case 9..<13: try await delete(side, name)
    case 13, 14: try await remove(side, name)
    case 15: try await removeMany(side)
    case 16..<18: try await copy(side, from: name)
    case 18..<20: try await begin(side, name)
    case 20..<24: try await uploadParts()
    case 24, 25: try await finishUpload()
    case 26: try await tag(side, name)
    case 27..<30: try await restore(side)
    case 30: try await undelete(side)
    case 31: try await forgetRestore(side)
    case 32, 33: try await makeView(side)
    case 34: try await dropView(side)
    case 35: try await purge(side)
    case 36: try await night(side)
    case 37, 38: try await crash(side, name)
    default: try await toggleVersioning(side)
    }
  }

  func bucket(_ side: Int) throws -> BucketInfo { try store.objects.bucket(named: sides[side].name) }

  func name() -> String { Self.names.randomElement(using: &random) ?? "a" }

  func prefix() -> String { Self.prefixes.randomElement(using: &random) ?? "" }

  func flip(oneIn count: Int = 2) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }

  func content() -> SimulatedContent {
    let size = [0, 9, 4096, 4097, 30_000].randomElement(using: &random) ?? 0
    return SimulatedContent(size: size, seed: random.next())
  }

  func expect(_ isTrue: Bool, _ what: @autoclosure () -> String) {
    if !isTrue { problems.append(what()) }
  }

  /// Nil: the moment that is asked for was refused.
  func unlessRefused<Value>(_ body: () async throws -> Value) async throws -> Value? {
    do {
      return try await body()
    } catch ObjectError.notRestorable {
      return nil
    }
  }

  /// As after a restart.
  func restart() async throws {
    store = try await store.reopened()
    clock = try await tick()
  }

  private func toggleVersioning(_ side: Int) async throws {
    switch (sides[side].keeping, sides[side].model.versioning) {
    case (.nothing, _): return
    case (.window, .unversioned): if flip() { try await setVersioning(side, .enabled) }
    case (_, .enabled): try await setVersioning(side, .suspended)
    default: try await setVersioning(side, .enabled)
    }
  }

  private func setVersioning(_ side: Int, _ state: VersioningState) async throws {
    _ = try await store.objects.setVersioning(state, of: bucket(side))
    sides[side].model.versioning = state
    try await noteSettings(side)
  }
}
