import Primitives
import Ring

@testable import Objects

extension RandomHistory {
  /// The machine stops behind some commits of an operation: it was done, or nothing of it is seen.
  func crash(_ side: Int, _ name: String) async throws {
    let updates = Int.random(in: 0...2, using: &random)
    if flip(oneIn: 5) { return try await purge(side, stoppingAfter: updates) }
    let metadata = store.metadata
    store = try await store.reopened(FailingMetadata(metadata, updates: updates))
    do {
      switch Int.random(in: 0..<5, using: &random) {
      case 0: try await put(side, name)
      case 1: try await delete(side, name)
      case 2: try await remove(side, name)
      case 3: try await copy(side, from: name)
      default: try await finishUpload()
      }
    } catch ObjectError.storage {}
    store = try await store.reopened(metadata)
    clock = try await tick()
  }
}
