package import Primitives

/// When a limit counts as crossed.
package struct CrossingRule: Sendable {
  /// The part of a limit from which on it is reported, above 0 and up to 1.
  package var reportShare: Double
  /// Seconds that it must be crossed without a break, and below again before it is over.
  package var seconds: Double

  package init(reportShare: Double = 0.8, seconds: Double = 60) {
    self.reportShare = reportShare
    self.seconds = seconds
  }

  /// It is over at this part of what was crossed: what is near the line stays what it was.
  static let releaseShare = 0.9
  /// A limit that holds transfers back is not used up to the last byte in every sample.
  static let fullShare = 0.95

  func threshold(_ limit: UInt64, _ level: FlowCrossing.Level) -> UInt64 {
    level == .exceeded ? limit : UInt64((Double(limit) * reportShare).rounded(.up))
  }

  func isCrossed(_ sample: FlowSample, _ level: FlowCrossing.Level) -> Bool {
    switch level {
    case .reported: sample.rate >= threshold(sample.limit, level)
    case .exceeded: isFull(sample, Self.fullShare)
    }
  }

  /// Whether it is well below again.
  func isCalm(_ sample: FlowSample, _ level: FlowCrossing.Level) -> Bool {
    switch level {
    case .reported: Double(sample.rate) < Double(threshold(sample.limit, level)) * Self.releaseShare
    case .exceeded: !isFull(sample, Self.fullShare * Self.releaseShare)
    }
  }

  /// Requests that are refused are beyond the limit, whatever came through on average.
  private func isFull(_ sample: FlowSample, _ share: Double) -> Bool {
    sample.isHeldBack
      && (sample.key.quantity == .requests || Double(sample.rate) >= Double(sample.limit) * share)
  }
}

/// Tells from samples when limits are crossed, and when they are no more. Pure: it is told the time.
package struct CrossingWatch {
  /// What has become of a crossing.
  package enum Change: Hashable, Sendable {
    case began(FlowCrossing)
    /// The peak has risen since it was last told.
    case grew(FlowCrossing)
    case ended(FlowCrossing)

    package var crossing: FlowCrossing {
      switch self {
      case .began(let crossing), .grew(let crossing), .ended(let crossing): crossing
      }
    }
  }

  /// When a sample is of.
  package struct Span: Sendable {
    package let start: Timestamp
    package let end: Timestamp
    /// By a clock that nobody sets.
    package let seconds: Double

    package init(start: Timestamp, end: Timestamp, seconds: Double) {
      self.start = start
      self.end = end
      self.seconds = seconds
    }
  }

  private struct Key: Hashable {
    let limit: FlowLimitKey
    let level: FlowCrossing.Level
  }

  private enum State {
    /// Crossed, but not for long enough. The first sample's own time is not counted: it may have been crossed for a
    /// part of it only.
    case rising(start: Timestamp, seconds: Double, peak: UInt64)
    /// Told. `calm` is since when it has been below.
    case open(FlowCrossing, calm: (since: Timestamp, seconds: Double)?, untold: Double)
  }

  /// Seconds between two tellings of a peak.
  private static let peakSeconds = 60.0

  private let rule: CrossingRule
  private let makeID: (Timestamp) -> [UInt8]
  private var states: [Key: State] = [:]

  /// - Parameters:
  ///   - rule: when a limit counts as crossed.
  ///   - open: crossings that were not over when the last watch ended: they go on.
  ///   - makeID: makes ids of 16 bytes.
  package init(
    _ rule: CrossingRule, open: [FlowCrossing] = [], makeID: @escaping (Timestamp) -> [UInt8]
  ) {
    self.rule = rule
    self.makeID = makeID
    for crossing in open where crossing.end == nil {
      states[Key(limit: crossing.key, level: crossing.level)] = .open(crossing, calm: nil, untold: 0)
    }
  }

  /// Takes the samples of all limits of a while. `records` has the names of nodes.
  ///
  /// - Returns: what has changed, in the order of the crossings' ids.
  package mutating func take(
    _ samples: [FlowSample], _ span: Span, _ records: [FlowNode: NodeRecord]
  ) -> [Change] {
    var changes: [Change] = []
    var missing = Set(states.keys)
    for sample in samples {
      for level in FlowCrossing.Level.allCases {
        let key = Key(limit: sample.key, level: level)
        missing.remove(key)
        if let change = take(sample, key, span, records) { changes.append(change) }
      }
    }
    // Limits that are there no more.
    for key in missing {
      if case .open(var crossing, let calm, _) = states[key] {
        crossing.end = calm?.since ?? span.start
        changes.append(.ended(crossing))
      }
      states[key] = nil
    }
    return changes.sorted { $0.crossing.id.lexicographicallyPrecedes($1.crossing.id) }
  }

  private mutating func take(
    _ sample: FlowSample, _ key: Key, _ span: Span, _ records: [FlowNode: NodeRecord]
  ) -> Change? {
    switch states[key] {
    case nil:
      guard rule.isCrossed(sample, key.level) else { return nil }
      states[key] = .rising(start: span.start, seconds: 0, peak: sample.rate)
      return nil
    case .rising(let start, let before, let peak):
      guard rule.isCrossed(sample, key.level) else {
        states[key] = nil
        return nil
      }
      let seconds = before + span.seconds
      guard seconds >= rule.seconds else {
        states[key] = .rising(start: start, seconds: seconds, peak: max(peak, sample.rate))
        return nil
      }
      let record = records[key.limit.node]
      let crossing = FlowCrossing(
        id: makeID(span.end), key: key.limit, level: key.level, bucketName: record?.bucketName ?? "",
        userName: record?.userName ?? "", limit: sample.limit,
        threshold: rule.threshold(sample.limit, key.level), start: start, peak: max(peak, sample.rate))
      states[key] = .open(crossing, calm: nil, untold: 0)
      return .began(crossing)
    case .open(let crossing, let calm, let untold):
      return goOn(crossing, calm, untold, sample, key, span)
    }
  }

  private mutating func goOn(
    _ crossing: FlowCrossing, _ calm: (since: Timestamp, seconds: Double)?, _ untold: Double,
    _ sample: FlowSample, _ key: Key, _ span: Span
  ) -> Change? {
    var crossing = crossing
    let hasRisen = sample.rate > crossing.peak
    crossing.peak = max(crossing.peak, sample.rate)
    guard rule.isCalm(sample, key.level) else {
      // Told now and then: a peak that rises all the time is not written all the time.
      let waited = hasRisen || untold > 0 ? untold + span.seconds : 0
      let isDue = waited >= Self.peakSeconds
      states[key] = .open(crossing, calm: nil, untold: isDue ? 0 : waited)
      return isDue ? .grew(crossing) : nil
    }
    let now = (since: calm?.since ?? span.start, seconds: (calm?.seconds ?? 0) + span.seconds)
    guard now.seconds >= rule.seconds else {
      states[key] = .open(crossing, calm: now, untold: untold)
      return nil
    }
    crossing.end = now.since
    states[key] = nil
    return .ended(crossing)
  }
}
