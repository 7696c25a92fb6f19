import Metadata
import Primitives
import Ring

@testable import Objects

// When things happened. Empty commits before and behind each operation bound the times that the store says they had.
extension RandomHistory {
  /// The time of a commit that changes nothing.
  func tick() async throws -> UInt64 {
    let metadata = (store.metadata as? FailingMetadata)?.base ?? store.metadata
    return try await metadata.update(.key(bucket: 0, key: [0]), for: .free) {
      (transaction) throws(ObjectError) in transaction.timestamp.rawValue
    }
  }

  /// Begins a step in a millisecond of its own, for those purges whose bound is one.
  func beginStep() async throws {
    while Timestamp.now().milliseconds <= Int64(clock >> 16) {
      await Ring.current.sleep(for: .milliseconds(1))
    }
    clock = try await tick()
    steps.append(clock)
  }

  /// When the step began that made a commit.
  func begin(ofStepAt time: UInt64) -> UInt64 { steps.last { $0 <= time } ?? 0 }

  /// Of each key, the commits that have changed it since the last tick, by the store's index of changes.
  ///
  /// Without a past there is no such index: then some moment between the ticks, which nobody can ask for, stands for
  /// the commit of any key.
  func commits(_ side: Int) async throws -> [String: [UInt64]] {
    let (id, after) = (try bucket(side).id, clock)
    let rows = try await store.metadata.read { (reader) throws(ObjectError) in
      try ObjectStore.rows(
        reader, from: ObjectTables.change(id, after + 1, []),
        prefix: ObjectTables.bucketPrefix(ObjectTables.changes, id), limit: .max
      ).map { ($0.key, ChangeRecord.timestamp($0.key)) }
    }
    let between = try await tick()
    clock = try await tick()
    if sides[side].model.keeping.since == nil {
      expect(rows.isEmpty, "changes are indexed of a bucket that keeps nothing")
      return Dictionary(uniqueKeysWithValues: Self.names.map { ($0, [between]) })
    }
    var found: [String: [UInt64]] = [:]
    for (key, time) in rows {
      expect(after < time && time < clock, "a commit says that it was made at \(time)")
      found[String(decoding: key[17...], as: UTF8Text.self), default: []].append(time)
    }
    return found
  }

  /// The one commit that has changed a key since the last tick.
  func commit(_ side: Int, _ name: String) async throws -> UInt64 {
    let times = try await commits(side)[name] ?? []
    expect(times.count == 1, "\(times.count) changes of \(name) are indexed instead of one")
    return times.last ?? clock - 1
  }

  /// The time of a commit that an answer named.
  func noteCommit(_ side: Int, _ name: String, _ said: UInt64) async throws {
    let time = try await commit(side, name)
    if sides[side].model.keeping.since != nil {
      expect(time == said, "\(name) was written at \(time), not \(said)")
    }
  }

  /// Settings were changed: when the past begins, the model cannot know better than between which commits.
  func noteSettings(_ side: Int) async throws {
    let before = clock
    clock = try await tick()
    let said = try bucket(side).settings.historySince?.rawValue
    if sides[side].model.keepsPast && sides[side].model.keeping.since == nil {
      expect(said.map { before < $0 && $0 < clock } ?? false, "the past begins at \(said ?? 0)")
      sides[side].model.keeping.since = said
    }
    if !sides[side].model.keepsPast { sides[side].model.keeping.since = nil }
    let since = sides[side].model.keeping.since
    expect(said == since, "the past begins at \(said ?? 0) instead of \(since ?? 0)")
  }
}
