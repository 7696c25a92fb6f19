import Logging
import Primitives
import Ring

@testable import Background
@testable import Objects

// What lets go of the past: purges at the end of the window, and nights of lifecycle.
extension RandomHistory {
  /// As if the recovery window were over for some of what was removed, or for all of it. `updates`: the machine stops
  /// behind so many commits, and another purge goes on.
  func purge(_ side: Int, stoppingAfter updates: Int? = nil) async throws {
    let model = sides[side].model
    let end = flip() ? nil : model.keeping.removed.randomElement(using: &random)
    let due = end.map { begin(ofStepAt: $0.at) >> 16 } ?? (clock >> 16 + 1)
    let now = Timestamp(milliseconds: Int64(due + model.keeping.window))
    if let updates {
      let metadata = store.metadata
      store = try await store.reopened(FailingMetadata(metadata, updates: updates))
      do { _ = try await store.purge(bucket(side), now: now) } catch ObjectError.storage {}
      store = try await store.reopened(metadata)
    }
    let gone = sides[side].model.purge(before: due)
    let purged = try await store.purge(bucket(side), now: now)
    expect(purged == gone || updates != nil, "\(purged) versions were purged instead of \(gone)")
    let left = try await store.changes(of: bucket(side))
    let bound = try await store.history(of: bucket(side)).trimmable(bucket(side).settings)
    expect(left.allSatisfy { $0 > bound }, "changes are left that nobody needs")
    clock = try await tick()
  }

  /// A night on which lifecycle removes what is not current but for the newest, below a prefix; delete markers that
  /// nothing lies beneath; and now and then what is current.
  func night(_ side: Int) async throws {
    let kept = Int.random(in: 0...2, using: &random)
    let prefix = prefix()
    let expires = flip(oneIn: 4)
    var rule = LifecycleRules.Rule(id: "night")
    rule.filter.prefix = Array(prefix.utf8)
    rule.noncurrentExpiration = .init(days: 1, kept: UInt32(kept))
    rule.removesSoleMarkers = true
    let days: LifecycleRules.Rule = {
      var rule = LifecycleRules.Rule(id: "expire")
      rule.filter.prefix = Array(prefix.utf8)
      rule.expiration = .days(1)
      return rule
    }()
    _ = try await store.objects.setLifecycle(
      LifecycleRules(expires ? [rule, days] : [rule]), of: bucket(side))
    nights += 1
    var options = LifecycleOptions()
    options.rate = 0
    let runner = LifecycleRunner(objects: store.objects, logger: SimulatedClient.silence, options: options)
    let isOver = await runner.pass(at: Timestamp(milliseconds: 1_900_000_000_000 + nights * 2 * 86_400_000))
    expect(isOver && runner.statistics.failures == 0, "a night did not end")
    let times = try await commits(side)
    for name in Self.names where name.hasPrefix(prefix) {
      noteNight(side, name, kept: kept, expires: expires, times[name] ?? [])
    }
    _ = try await store.objects.setLifecycle(nil, of: bucket(side))
    try await noteSettings(side)
  }

  /// What a night did to a key. What it has written may be looked at once more in the same night, since commits have
  /// the time of today.
  private func noteNight(_ side: Int, _ name: String, kept: Int, expires: Bool, _ times: [UInt64]) {
    var left = times[...]
    var isRight = noteLook(side, name, kept: kept, expires: expires, &left)
    if !left.isEmpty && left.count < times.count {
      isRight = noteLook(side, name, kept: kept, expires: expires, &left) && isRight
    }
    isRight = isRight && left.isEmpty || sides[side].model.keeping.since == nil
    expect(isRight, "\(times.count) changes of \(name) on a night, of which \(left.count) have no reason")
  }

  /// One look at a key: old versions go in one commit, the current one in another. False: there was no such commit.
  private func noteLook(
    _ side: Int, _ name: String, kept: Int, expires: Bool, _ times: inout ArraySlice<UInt64>
  ) -> Bool {
    let versions = sides[side].model.state[name] ?? []
    let old = versions.dropFirst(1 + kept)
    if !old.isEmpty {
      guard let time = times.popFirst() else { return false }
      for version in old { sides[side].model.remove(name, version.label, at: time) }
    }
    guard let current = versions.first else { return true }
    let isSole = versions.count - old.count == 1
    guard current.content == nil ? isSole : expires else { return true }
    guard let time = times.popFirst() else { return false }
    if current.content == nil {
      sides[side].model.remove(name, current.label, at: time)
    } else {
      sides[side].model.delete(name, at: time)
    }
    return true
  }
}
