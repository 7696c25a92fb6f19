package import Primitives

/// What rules are judged by of one version.
struct LifecycleVersion: Hashable, Sendable {
  var isDeleteMarker = false
  var size: UInt64 = 0
  var tags = TagSet()
  /// The commit that wrote it, or appended to it last.
  var created: Timestamp
  /// Since when it is not current; nil: it is.
  var noncurrentSince: Timestamp?
  var storageClass = StorageClass.standard
  var kind = ObjectKind.ordinary
  /// Of an appendable object: whether nothing can be appended to it any more.
  var isSealed = false
}

/// A change of class that is due, or will be.
struct LifecycleMove: Hashable, Sendable {
  let due: LifecycleDue
  let storageClass: StorageClass
}

/// Something that is due, or will be.
package struct LifecycleDue: Hashable, Sendable {
  package let time: Timestamp
  /// The id of the rule that wants it.
  package let rule: String
}

/// What a bucket's rules say of one key: pure, so that what happened can be held against it.
struct LifecycleDecision: Sendable {
  let key: [UInt8]
  /// The rules that are enabled and whose prefix the key has.
  let rules: [LifecycleRules.Rule]
  let calendar: LifecycleCalendar
  private let smallestToMove: LifecycleRules.SmallestToMove

  init(_ rules: LifecycleRules, key: [UInt8], calendar: LifecycleCalendar) {
    self.key = key
    self.rules = rules.rules.filter { $0.isEnabled && key.starts(with: $0.filter.prefix) }
    self.calendar = calendar
    smallestToMove = rules.smallestToMove
  }

  /// Whether versions' tags have to be known.
  var asksForTags: Bool { rules.contains { $0.filter.asksForTags } }

  /// When the current object expires: the earliest of all rules that say so.
  func expiration(of version: LifecycleVersion) -> LifecycleDue? {
    earliest(version) { rule in rule.expiration.flatMap { calendar.due($0, created: version.created) } }
  }

  /// When a current delete marker goes if nothing else is left of its key (AWS user guide, "Lifecycle configuration
  /// elements": by `ExpiredObjectDeleteMarker`, and as an object would expire).
  func removal(ofMarker version: LifecycleVersion) -> LifecycleDue? {
    earliest(version) { rule in
      if rule.removesSoleMarkers == true { return calendar.midnight(atOrAfter: version.created) }
      return rule.expiration.flatMap { calendar.due($0, created: version.created) }
    }
  }

  /// When a version that is not current goes, of which `newer` others are newer.
  func removal(of version: LifecycleVersion, newer: Int) -> LifecycleDue? {
    guard let since = version.noncurrentSince else { return nil }
    return earliest(version) { rule in
      guard let noncurrent = rule.noncurrentExpiration, newer >= Int(noncurrent.kept) else { return nil }
      return calendar.midnight(noncurrent.days, daysAfter: since)
    }
  }

  /// The changes of class that the rules want of a version, of which `newer` others are newer, and that are possible
  /// from the class that it has.
  func moves(of version: LifecycleVersion, newer: Int) -> [LifecycleMove] {
    if version.isDeleteMarker || version.kind == .symlink { return [] }
    var moves: [LifecycleMove] = []
    for rule in rules where rule.wantsMoves {
      guard rule.filter.includes(key, size: version.size, tags: version.tags) else { continue }
      func add(_ time: Timestamp?, to target: StorageClass) {
        guard let time, permits(version, rule, to: target) else { return }
        moves.append(LifecycleMove(due: LifecycleDue(time: time, rule: rule.id), storageClass: target))
      }
      if let since = version.noncurrentSince {
        for move in rule.noncurrentTransitions where newer >= Int(move.kept) {
          add(calendar.midnight(move.days, daysAfter: since), to: move.storageClass)
        }
      } else {
        for move in rule.transitions {
          add(calendar.due(move.when, created: version.created), to: move.storageClass)
        }
      }
    }
    return moves
  }

  /// When lifecycle has to do with a version first; how many are newer is for the look to find out. Nil: never.
  func firstLook(at version: LifecycleVersion) -> Timestamp? {
    if version.isDeleteMarker, version.noncurrentSince == nil { return removal(ofMarker: version)?.time }
    let isCurrent = version.noncurrentSince == nil
    let end = isCurrent ? expiration(of: version) : removal(of: version, newer: .max)
    return (moves(of: version, newer: .max).map(\.due) + [end].compactMap { $0 }).map(\.time).min()
  }

  private func permits(
    _ version: LifecycleVersion, _ rule: LifecycleRules.Rule, to target: StorageClass
  ) -> Bool {
    guard version.storageClass.permitsTransition(to: target) else { return false }
    // Nobody could append to it there.
    if version.kind == .appendable, !version.isSealed, target == .glacier || target == .deepArchive {
      return false
    }
    return rule.filter.boundsSize || smallestToMove.permits(version.size, to: target)
  }

  /// When an upload is aborted.
  func abortion(of created: Timestamp) -> LifecycleDue? {
    earliest(LifecycleVersion(created: created)) { rule in
      guard !rule.filter.asksForTags, !rule.filter.boundsSize else { return nil }
      return rule.abortion.flatMap { calendar.due($0, created: created) }
    }
  }

  /// Whether rules count how many versions there are, or whether there are any: then any change of the key may make
  /// something due.
  var counts: Bool {
    rules.contains { rule in
      rule.removesSoleMarkers == true || rule.expiration != nil
        || (rule.noncurrentExpiration.map { $0.kept > 0 } ?? false)
        || rule.noncurrentTransitions.contains { $0.kept > 0 }
    }
  }

  private func earliest(
    _ version: LifecycleVersion, _ time: (LifecycleRules.Rule) -> Timestamp?
  ) -> LifecycleDue? {
    var found: LifecycleDue?
    for rule in rules {
      guard let time = time(rule), time < found?.time ?? Timestamp(milliseconds: .max),
        rule.filter.includes(key, size: version.size, tags: version.tags)
      else { continue }
      found = LifecycleDue(time: time, rule: rule.id)
    }
    return found
  }
}

extension LifecycleRules.Rule {
  /// Whether it changes classes.
  var wantsMoves: Bool { !transitions.isEmpty || !noncurrentTransitions.isEmpty }
}

extension [LifecycleMove] {
  /// Of those that are due at a moment the one that is made.
  func chosen(at now: Timestamp) -> LifecycleMove? {
    var found: LifecycleMove?
    for move in self where move.due.time <= now {
      let rank = found?.storageClass.transitionRank ?? -1
      if move.storageClass.transitionRank > rank { found = move }
    }
    return found
  }

  /// The time of the first that is not due yet.
  func next(after now: Timestamp) -> Timestamp? { map(\.due.time).filter { $0 > now }.min() }
}
