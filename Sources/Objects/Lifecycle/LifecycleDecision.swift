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

  init(_ rules: LifecycleRules, key: [UInt8], calendar: LifecycleCalendar) {
    self.key = key
    self.rules = rules.rules.filter { $0.isEnabled && key.starts(with: $0.filter.prefix) }
    self.calendar = calendar
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
