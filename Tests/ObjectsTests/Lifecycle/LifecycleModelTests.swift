import Background
import Logging
import Primitives
import Ring
import Testing

@testable import Objects

/// Random rules over random objects by a moved clock: every night leaves what the model says, so nothing is done
/// early, late, twice, or to something else.
@Suite struct LifecycleModelTests {
  private static let start: Int64 = 19_900 * LifecycleModel.day + 7 * 3_600_000
  private static let names = ["a/1", "a/2", "a/b/1", "c", "d/1"]
  private static let tag = TagSet.Tag(key: "t", value: "x")

  @Test(arguments: 0..<12)
  func nightsDoWhatTheModelSays(_ seed: Int) async throws {
    let clock = MovedClock(Timestamp(milliseconds: Self.start))
    var limits = ObjectLimits.small
    limits.versionsPerLook = 2
    try await TestStore.with(limits: limits, clock: clock) { store in
      var history = try await LifecycleHistory(store, clock, SeededGenerator(seed: UInt64(seed)))
      for _ in 0..<150 { try await history.step() }
      #expect(history.nights > 10)
    }
  }

  /// A random history of one bucket, in the store and in the model.
  private struct LifecycleHistory {
    let store: TestStore
    let clock: MovedClock
    let runner: LifecycleRunner
    var random: SeededGenerator
    var bucket: BucketInfo
    var model: LifecycleModel
    var nights = 0

    init(_ store: TestStore, _ clock: MovedClock, _ random: SeededGenerator) async throws {
      self.store = store
      self.clock = clock
      self.random = random
      let isVersioned = Bool.random(using: &self.random)
      bucket = isVersioned ? try await store.versionedBucket() : try await store.bucket()
      model = LifecycleModel(isVersioned: isVersioned)
      var options = LifecycleOptions()
      options.rate = 0
      runner = LifecycleRunner(
        objects: store.objects, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        options: options, clock: { clock.now })
    }

    var now: Int64 { clock.now.milliseconds }

    mutating func step() async throws {
      let name = LifecycleModelTests.names.randomElement(using: &random) ?? "c"
      // No two things happen in one millisecond, so that ages have an order.
      clock.move(to: Timestamp(milliseconds: now + 1))
      switch Int.random(in: 0..<20, using: &random) {
      case 0..<7:
        let size = [0, 5, 50].randomElement(using: &random) ?? 0
        let isTagged = Bool.random(using: &random)
        try await store.put(bucket, name, [UInt8](repeating: 1, count: size)) { request in
          if isTagged { request.tags = TagSet([LifecycleModelTests.tag]) }
        }
        model.put(name, size: size, tags: isTagged ? ["t": "x"] : [:], at: now)
      case 7..<9:
        if !model.isVersioned, model.keys[name] == nil { return }
        try await store.delete(bucket, name)
        model.delete(name, at: now)
      case 9: try await removeVersion(name)
      case 10: try await tag(name)
      case 11:
        _ = try await store.begin(bucket, name)
        model.uploads[name, default: []].append(now)
      case 12: try await changeRules()
      default: try await pass(hours: Int64.random(in: 1...60, using: &random))
      }
    }

    private mutating func removeVersion(_ name: String) async throws {
      guard model.isVersioned, let versions = model.keys[name] else { return }
      let place = Int.random(in: 0..<versions.count, using: &random)
      var request = ListObjectVersionsRequest(bucket: bucket)
      request.prefix = Array(name.utf8)
      let found = try await store.objects.listObjectVersions(request).entries
      guard case .version(let version) = found[place] else {
        Issue.record("a group is listed")
        return
      }
      _ = try await store.objects.deleteObject(
        DeleteObjectRequest(bucket: bucket, key: try key(name), version: version.label))
      model.remove(name, at: place)
    }

    private mutating func tag(_ name: String) async throws {
      guard let current = model.keys[name]?.first, !current.isMarker else { return }
      let isTagged = current.tags.isEmpty
      try await store.objects.setTags(
        TagSet(isTagged ? [LifecycleModelTests.tag] : []), bucket: bucket, key: try key(name))
      model.keys[name]?[0].tags = isTagged ? ["t": "x"] : [:]
    }

    private mutating func changeRules() async throws {
      model.rules = (0..<Int.random(in: 0...3, using: &random)).map { rule("r\($0)") }
      bucket = try await store.objects.setLifecycle(
        model.rules.isEmpty ? nil : LifecycleRules(model.rules, smallestToMove: .anySize), of: bucket)
    }

    private mutating func rule(_ id: String) -> LifecycleRules.Rule {
      var rule = LifecycleRules.Rule(id: id)
      rule.isEnabled = Int.random(in: 0..<5, using: &random) > 0
      rule.filter.prefix = Array((["", "a/", "a/b", "d"].randomElement(using: &random) ?? "").utf8)
      let days = UInt32.random(in: 1...4, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0, 1: rule.expiration = .days(days)
      case 2: rule.removesSoleMarkers = true
      case 3: rule.expiration = when(later: Int64(days))
      default: break
      }
      if Bool.random(using: &random) {
        rule.noncurrentExpiration = LifecycleRules.NoncurrentExpiration(
          days: days, kept: UInt32.random(in: 0...2, using: &random))
      }
      if Int.random(in: 0..<3, using: &random) == 0 { rule.abortion = .days(days) }
      for _ in 0..<Int.random(in: 0...2, using: &random) {
        guard let target = StorageClass.allCases.randomElement(using: &random) else { continue }
        if Bool.random(using: &random) {
          let time: LifecycleRules.When =
            Bool.random(using: &random) ? .days(UInt32.random(in: 0...4, using: &random)) : when(later: 2)
          rule.transitions.append(LifecycleRules.Transition(time, to: target))
        } else {
          rule.noncurrentTransitions.append(
            LifecycleRules.NoncurrentTransition(
              days: UInt32.random(in: 0...4, using: &random), kept: UInt32.random(in: 0...2, using: &random),
              to: target))
        }
      }
      if rule.abortion == nil, rule.removesSoleMarkers == nil { narrow(&rule.filter) }
      return rule
    }

    private mutating func when(later days: Int64) -> LifecycleRules.When {
      let date = Timestamp(milliseconds: (now / LifecycleModel.day + days) * LifecycleModel.day)
      return Bool.random(using: &random) ? .date(date) : .createdBefore(date)
    }

    private mutating func narrow(_ filter: inout LifecycleRules.Filter) {
      switch Int.random(in: 0..<5, using: &random) {
      case 0: filter.tags = TagSet([LifecycleModelTests.tag])
      case 1: filter.largerThan = 5
      case 2: filter.smallerThan = 50
      case 3:
        filter.exclusions = [
          LifecycleRules.Exclusion(prefix: Array("a/".utf8), tag: LifecycleModelTests.tag)
        ]
      default: break
      }
    }

    /// Lets time go by, with a run at each midnight.
    private mutating func pass(hours: Int64) async throws {
      let end = now + hours * 3_600_000
      while let midnight = nextMidnight(before: end) {
        clock.move(to: Timestamp(milliseconds: midnight))
        #expect(await runner.pass(at: clock.now))
        model.run(at: midnight)
        nights += 1
        try await compare()
      }
      clock.move(to: Timestamp(milliseconds: end))
    }

    private func nextMidnight(before end: Int64) -> Int64? {
      let next = (now / LifecycleModel.day + 1) * LifecycleModel.day
      return next <= end ? next : nil
    }

    private func compare() async throws {
      var found: [String: [LifecycleModel.Version]] = [:]
      var request = ListObjectVersionsRequest(bucket: bucket)
      request.limit = 1000
      for case .version(let version) in try await store.objects.listObjectVersions(request).entries {
        let key = version.key.string
        found[key, default: []].append(
          LifecycleModel.Version(
            isMarker: version.isDeleteMarker, size: Int(version.size),
            made: version.lastModified.milliseconds,
            storageClass: version.storageClass))
      }
      let expected = model.keys.mapValues { versions in
        versions.map {
          LifecycleModel.Version(
            isMarker: $0.isMarker, size: $0.size, made: $0.made, storageClass: $0.storageClass)
        }
      }
      #expect(found == expected, "night \(nights)")
      let uploads = try await store.objects.usage(of: bucket).uploads
      #expect(Int(uploads) == model.uploads.values.reduce(0) { $0 + $1.count }, "night \(nights)")
    }
  }
}
