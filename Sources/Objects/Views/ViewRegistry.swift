import Primitives
import Ring

/// All views, in memory. Filled at start, changed behind each commit that makes or removes one.
final class ViewRegistry: Sendable {
  private let byName = Locked<[String: ViewInfo]>([:])

  /// The view with a name; nil when there is none, or its time is over.
  func view(named name: String) -> ViewInfo? {
    guard let view = byName.withLock({ $0[name] }), !view.isExpired(at: Timestamp.now()) else { return nil }
    return view
  }

  /// All of them, by name, the expired ones too.
  var all: [ViewInfo] {
    byName.withLock { Array($0.values) }.sorted {
      $0.name.string.utf8.lexicographicallyPrecedes($1.name.string.utf8)
    }
  }

  func insert(_ view: ViewInfo) { byName.withLock { $0[view.name.string] = view } }

  func remove(_ view: ViewInfo) {
    byName.withLock { views in
      if views[view.name.string] == view { views[view.name.string] = nil }
    }
  }
}
