import Primitives
import Ring

@testable import Objects

// Restores: of a bucket or a part of it, in place or into the other, beside writers and through crashes; some are
// cancelled half way, some undone.
extension RandomHistory {
  /// A restore that is under way.
  private struct Restore {
    let from: Int
    let to: Int
    let prefix: String
    /// What its moment showed.
    let then: [String: SimulatedContent]
    /// What the keys held that it may write.
    let before: [String: SimulatedContent]
    var job: RestoreJob
    /// Keys that somebody else has changed before it came to them.
    var touched: Set<String> = []
    /// Keys that it has come to.
    var done: Set<String> = []
    /// How many of these it has changed.
    var changed = 0
  }

  /// Restores a bucket to a moment, and now and then undoes it.
  func restore(_ from: Int) async throws {
    let prefix = prefix()
    let to = flip(oneIn: 4) ? 1 - from : from
    let asOf = moment(from)
    guard let job = try await restore(from, to, asOf, prefix), job.changed > 0, flip() else { return }
    _ = try await restore(to, to, job.id, prefix)
  }

  /// Nil: the moment cannot be shown, and nothing was done.
  private func restore(_ from: Int, _ to: Int, _ asOf: UInt64, _ prefix: String) async throws -> RestoreJob? {
    guard var restore = try await beginRestore(from, to, asOf, prefix) else { return nil }
    let stops = flip(oneIn: 4) ? Int.random(in: 0...4, using: &random) : nil
    var steps = 0
    while !restore.job.isOver {
      if steps < 6 { try await meetRivals(&restore) }
      if flip(oneIn: 8) {
        try await crash(&restore)
      } else if let stops, steps > stops {
        restore.job = try await store.objects.cancelRestore(id: restore.job.id)
      } else {
        restore.job = try await store.objects.stepRestore(restore.job)
      }
      try await follow(&restore)
      steps += 1
    }
    try await end(restore)
    return restore.job
  }

  private func beginRestore(
    _ from: Int, _ to: Int, _ asOf: UInt64, _ prefix: String
  ) async throws -> Restore? {
    var request = RestoreRequest(.restore(asOf: Moment(rawValue: asOf)), bucket: try bucket(from))
    request.prefix = Array(prefix.utf8)
    if to != from { request.target = try bucket(to) }
    request.keysPerSecond = [nil, 1, 2].randomElement(using: &random) ?? nil
    let isShown = sides[from].model.isShown(asOf, below: prefix)
    let begun = try await unlessRefused { try await store.objects.beginRestore(request) }
    guard let job = begun else {
      expect(!isShown, "a restore to \(asOf), below '\(prefix)', was refused")
      clock = try await tick()
      return nil
    }
    expect(isShown, "a restore to \(asOf), below '\(prefix)', was begun")
    sides[from].model.keeping.cuts.append(.init(holder: .source(job.id), asOf: asOf, prefix: prefix))
    sides[to].model.keeping.cuts.append(.init(holder: .claim(job.id), asOf: job.id, prefix: prefix))
    try await noteSettings(to)
    return Restore(
      from: from, to: to, prefix: prefix, then: sides[from].model.objects(asOf: asOf, below: prefix),
      before: sides[to].model.objects(below: prefix), job: job)
  }

  /// Somebody writes or deletes keys while a restore is under way.
  private func meetRivals(_ restore: inout Restore) async throws {
    while flip(oneIn: 4) {
      let name = name()
      let isChanged: Bool
      switch Int.random(in: 0..<3, using: &random) {
      case 0: isChanged = try await delete(restore.to, name)
      case 1: isChanged = try await remove(restore.to, name)
      default:
        try await put(restore.to, name)
        isChanged = true
      }
      if isChanged && !restore.done.contains(name) { restore.touched.insert(name) }
    }
  }

  /// The machine stops behind some of a restore's commits.
  private func crash(_ restore: inout Restore) async throws {
    let metadata = store.metadata
    store = try await store.reopened(
      FailingMetadata(metadata, updates: Int.random(in: 0...3, using: &random)))
    do { _ = try await store.run(restore.job) } catch ObjectError.storage {}
    store = try await store.reopened(metadata)
    restore.job = try await store.objects.restoreJob(id: restore.job.id)
  }

  /// Looks at the keys that a restore has come to since the last look: what it did must be what the moment asks for.
  private func follow(_ restore: inout Restore) async throws {
    let to = restore.to
    let times = try await commits(to)
    let changes = try await store.changes(restore.job)
    for name in Self.names where !restore.done.contains(name) {
      guard let action = changes[name], action != .pending else { continue }
      restore.done.insert(name)
      let allowed = allowed(restore, name)
      expect(allowed.contains(action), "\(name): \(action) in a restore instead of \(allowed)")
      guard [.create, .replace, .delete].contains(action) else { continue }
      restore.changed += 1
      let time = times[name]?.first ?? 0
      expect(times[name]?.count == 1, "\(name) was not restored in one commit")
      if action == .delete {
        sides[to].model.delete(name, at: time)
      } else {
        sides[to].model.write(name, restore.then[name], at: time)
      }
    }
  }

  /// What a restore may do with a key.
  private func allowed(_ restore: Restore, _ name: String) -> Set<RestoreChange.Action> {
    if restore.touched.contains(name) { return [.skip] }
    guard name.hasPrefix(restore.prefix) else { return [] }
    switch (sides[restore.to].model.objects()[name], restore.then[name]) {
    case (nil, nil): return [.unchanged]
    case (nil, _): return [.create]
    case (_, nil): return restore.from == restore.to ? [.delete] : []
    // Other metadata, or made of other parts: then it is not the same object.
    case (let now, let then): return now == then ? [.unchanged, .replace] : [.replace]
    }
  }

  /// A restore is over: each key is what it was then, or, of a cancelled one, what it was before.
  private func end(_ restore: Restore) async throws {
    let (from, to, job) = (restore.from, restore.to, restore.job)
    sides[from].model.release(.source(job.id))
    sides[to].model.end(claim: job.id, changed: restore.changed > 0)
    try await noteSettings(from)
    try await noteSettings(to)
    sides[to].jobs.append(job)
    if job.state == .cancelled { cancelled += 1 }
    expect(job.state == .done || job.state == .cancelled, "a restore ended as \(job.state)")
    expect(Int(job.changed) == restore.changed, "\(job.changed) changes instead of \(restore.changed)")
    let now = try await store.contents(bucket(to), prefix: restore.prefix).mapValues(SimulatedContent.init)
    for name in Self.names where name.hasPrefix(restore.prefix) && !restore.touched.contains(name) {
      // Into another bucket only what was there is brought.
      let isWanted = from == to || restore.then[name] != nil
      if now[name] == (isWanted ? restore.then[name] : restore.before[name]) { continue }
      let isRival = now[name] == sides[to].model.objects()[name] && restore.done.contains(name)
      let isBefore = job.state == .cancelled && now[name] == restore.before[name]
      expect(isBefore || isRival, "\(name) is neither what it was nor what it should be")
    }
    let canUndo = try await store.objects.canUndo(job)
    expect(
      canUndo == (job.changed > 0 && sides[to].model.isShown(job.id, below: restore.prefix)),
      "it is said that a restore \(canUndo ? "can" : "cannot") be undone")
  }

  /// Nobody will undo a restore any more.
  func forgetRestore(_ side: Int) async throws {
    guard let index = sides[side].jobs.indices.randomElement(using: &random) else { return }
    let job = sides[side].jobs.remove(at: index)
    try await store.objects.forgetRestore(id: job.id)
    sides[side].model.release(.claim(job.id))
    try await noteSettings(side)
  }

  /// Takes away the delete markers of a time, or of all times.
  func undelete(_ side: Int) async throws {
    guard sides[side].model.isVersioned, let first = sides[side].model.commits.first else { return }
    let prefix = prefix()
    let some = sides[side].model.commits.randomElement(using: &random)
    let start = (flip() ? some : nil) ?? first
    let job = try await store.restore(
      .undelete(from: Moment(rawValue: start), to: Moment(rawValue: clock)), bucket(side)
    ) { $0.prefix = Array(prefix.utf8) }
    let times = try await commits(side)
    var expected: Set<String> = []
    for (name, markers) in sides[side].model.markersOnTop
    where name.hasPrefix(prefix) && markers.allSatisfy({ $0.id >= start }) {
      expected.insert(name)
      for marker in markers.reversed() {
        sides[side].model.remove(name, marker.label, at: times[name]?.last ?? 0)
      }
    }
    let done = Set(try await store.changes(job).filter { $0.value == .create }.keys)
    expect(job.state == .done && done == expected, "\(done) were undeleted instead of \(expected)")
    try await noteSettings(side)
  }
}
