import Metadata
package import Primitives

/// How much of a bucket waits for its rules.
package struct LifecycleBacklog: Hashable, Sendable {
  /// Looks that are due, up to the limit of the count.
  package var due = 0
  /// Whether there may be more.
  package var isTruncated = false
  /// The time of the first look that is due.
  package var oldest: Timestamp?
  /// The time of the first look that is not.
  package var next: Timestamp?
}

/// What a bucket's rules would do, by the day on which it is due.
package struct LifecyclePreview: Hashable, Sendable {
  package struct Day: Hashable, Sendable {
    package let time: Timestamp
    package var tally = LifecycleTally()
  }

  /// By time.
  package var days: [Day] = []
  /// Keys that were judged.
  package var keys = 0
  /// Whether there are more keys than were judged.
  package var isTruncated = false

  mutating func note(_ due: LifecycleDue, _ body: (inout LifecycleTally) -> Void) {
    let index = days.firstIndex { $0.time >= due.time } ?? days.count
    if index == days.count || days[index].time != due.time {
      days.insert(Day(time: due.time), at: index)
    }
    body(&days[index].tally)
  }
}

extension ObjectStore {
  /// Looks that are counted, and keys that a preview judges, at most.
  package static let lifecycleCountLimit = 100_000

  /// How many of a bucket's looks are due at a moment, and when the next is.
  package func lifecycleBacklog(
    of bucket: BucketInfo, at now: Timestamp, limit: Int = lifecycleCountLimit
  ) async throws(ObjectError) -> LifecycleBacklog {
    var backlog = LifecycleBacklog()
    var place: LifecycleLook?
    while let look = try await nextLook(of: bucket.id, after: place) {
      guard look.time <= now else {
        backlog.next = look.time
        break
      }
      guard backlog.due < limit else {
        backlog.isTruncated = true
        break
      }
      backlog.due += 1
      backlog.oldest = backlog.oldest ?? look.time
      place = look
    }
    return backlog
  }

  /// What a bucket's rules would do up to a moment if nothing was written until then.
  package func lifecyclePreview(
    of bucket: BucketInfo, until end: Timestamp, limit: Int = lifecycleCountLimit
  ) async throws(ObjectError) -> LifecyclePreview {
    var preview = LifecyclePreview()
    guard let rules = bucket.settings.lifecycle else { return preview }
    var seen: Set<[UInt8]> = []
    var place: LifecycleLook?
    while let look = try await nextLook(of: bucket.id, after: place), look.time <= end {
      place = look
      guard !seen.contains(look.key) else { continue }
      guard seen.count < limit else {
        preview.isTruncated = true
        break
      }
      seen.insert(look.key)
      let decision = LifecycleDecision(rules, key: look.key, calendar: limits.calendar)
      let judgement = LifecycleJudgement(
        bucket: bucket, decision: decision, now: end, limit: limits.versionsPerLook)
      preview.note(
        try await metadata.read { (reader) throws(ObjectError) in
          try LifecyclePlan(currentIn: reader, judgement)
        })
      var place: LifecyclePlan.Place? = LifecyclePlan.Place()
      while let start = place {
        let plan = try await metadata.read { (reader) throws(ObjectError) in
          try LifecyclePlan(reader, judgement, from: start)
        }
        preview.note(plan)
        place = plan.following
      }
    }
    preview.keys = seen.count
    return preview
  }

  /// A bucket's next look in the index, which has all buckets' of a time together.
  private func nextLook(
    of bucket: UInt64, after place: LifecycleLook?
  ) async throws(ObjectError) -> LifecycleLook? {
    try await metadata.read { (reader) throws(ObjectError) in
      let table = [ObjectTables.lifecycleLooks]
      let cursor = reader.cursor(lower: table, upper: upperBound(ofPrefix: table))
      try cursor.move(to: place.map { $0.rowKey + [0] } ?? table)
      while cursor.isValid {
        // SAFETY: the key is copied before the cursor moves.
        let look = try LifecycleLook(rowKey: unsafe [UInt8](cursor.key))
        if look.bucket == bucket { return look }
        // To the bucket's looks of this time, or of the next one.
        let time =
          look.bucket < bucket ? look.time : Timestamp(milliseconds: look.time.milliseconds + 1)
        try cursor.move(to: ObjectTables.lifecycleLook(time, bucket, []))
      }
      return nil
    }
  }
}

extension LifecyclePreview {
  private mutating func note(_ move: LifecycleMove, _ size: UInt64) {
    note(move.due) {
      $0.moved += 1
      $0.movedBytes += size
    }
  }

  fileprivate mutating func note(_ plan: LifecyclePlan) {
    for removal in plan.removals {
      note(removal.due) {
        $0.removed += 1
        $0.bytes += removal.version.row.size
      }
    }
    for move in plan.moves { note(move.to, move.version.row.size) }
    if let expired = plan.expired {
      if let move = expired.move { note(move, expired.version.row.size) }
      note(expired.due) {
        $0.expired += 1
        $0.bytes += expired.version.row.size
      }
    }
    if let marker = plan.marker { note(marker.due) { $0.markers += 1 } }
    for abortion in plan.uploads { note(abortion.due) { $0.aborted += 1 } }
  }
}
