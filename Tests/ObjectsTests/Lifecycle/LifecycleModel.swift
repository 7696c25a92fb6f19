import Primitives

@testable import Objects

/// What AWS's documentation says of lifecycle, written down a second time and in another way: bucket states as plain
/// values, and a run that walks all of it at each midnight.
struct LifecycleModel {
  struct Version: Hashable {
    var isMarker = false
    var size = 0
    var tags: [String: String] = [:]
    var made: Int64
    /// Since when it is not the newest.
    var covered: Int64?
    var storageClass = StorageClass.standard
  }

  static let day: Int64 = 86_400_000

  var isVersioned: Bool
  /// Newest first.
  var keys: [String: [Version]] = [:]
  /// When uploads were begun.
  var uploads: [String: [Int64]] = [:]
  var rules: [LifecycleRules.Rule] = []

  mutating func put(_ key: String, size: Int, tags: [String: String], at now: Int64) {
    push(key, Version(size: size, tags: tags, made: now), now)
  }

  mutating func delete(_ key: String, at now: Int64) {
    if isVersioned { push(key, Version(isMarker: true, made: now), now) } else { keys[key] = nil }
  }

  private mutating func push(_ key: String, _ version: Version, _ now: Int64) {
    var versions = isVersioned ? keys[key] ?? [] : []
    if !versions.isEmpty { versions[0].covered = now }
    keys[key] = [version] + versions
  }

  /// Deletes a version by its place.
  mutating func remove(_ key: String, at place: Int) {
    keys[key]?.remove(at: place)
    if place == 0, keys[key]?.isEmpty == false { keys[key]?[0].covered = nil }
    if keys[key]?.isEmpty == true { keys[key] = nil }
  }

  /// What S3 does on the night that begins at `now`.
  mutating func run(at now: Int64) {
    for (key, versions) in keys {
      // Old versions first: what is left decides about the marker.
      var left: [Version] = []
      for (place, version) in versions.enumerated() {
        var version = version
        if place > 0 {
          if wantsGone(key, version, newer: place - 1, now) { continue }
          version.storageClass = moved(key, version, newer: place - 1, now)
        }
        left.append(version)
      }
      keys[key] = left
      guard let current = left.first else { continue }
      if current.isMarker {
        if left.count == 1, wantsMarkerGone(key, current, now) { keys[key] = nil }
      } else {
        // Before a marker covers it, and not before it is deleted.
        let storageClass = moved(key, current, newer: 0, now)
        keys[key]?[0].storageClass = storageClass
        if wantsExpired(key, current, now) { delete(key, at: now) }
      }
    }
    for (key, begun) in uploads {
      uploads[key] = begun.filter { made in
        !rules.contains { rule in
          guard rule.isEnabled, applies(rule, key, Version(made: made)) else { return false }
          return reached(rule.abortion, made, now)
        }
      }
      if uploads[key]?.isEmpty == true { uploads[key] = nil }
    }
  }

  private func wantsExpired(_ key: String, _ version: Version, _ now: Int64) -> Bool {
    rules.contains { $0.isEnabled && applies($0, key, version) && reached($0.expiration, version.made, now) }
  }

  private func wantsMarkerGone(_ key: String, _ version: Version, _ now: Int64) -> Bool {
    rules.contains { rule in
      guard rule.isEnabled, applies(rule, key, version) else { return false }
      return rule.removesSoleMarkers == true || reached(rule.expiration, version.made, now)
    }
  }

  private func wantsGone(_ key: String, _ version: Version, newer: Int, _ now: Int64) -> Bool {
    rules.contains { rule in
      guard rule.isEnabled, applies(rule, key, version), let since = version.covered,
        let noncurrent = rule.noncurrentExpiration
      else { return false }
      return newer >= Int(noncurrent.kept) && now - since >= Int64(noncurrent.days) * Self.day
    }
  }

  /// AWS's table of transitions, from the row's class to those behind it.
  private static let table: [StorageClass: [StorageClass]] = [
    .standard: [.standardIA, .oneZoneIA, .glacierIR, .intelligentTiering, .archive, .glacier, .deepArchive],
    .standardIA: [.oneZoneIA, .glacierIR, .intelligentTiering, .archive, .glacier, .deepArchive],
    .intelligentTiering: [.oneZoneIA, .glacierIR, .archive, .glacier, .deepArchive],
    .oneZoneIA: [.archive, .glacier, .deepArchive], .glacierIR: [.glacier, .deepArchive],
    .archive: [.glacier, .deepArchive], .glacier: [.deepArchive],
  ]
  /// Of two that are reached the later one.
  private static let order: [StorageClass] = [
    .standardIA, .oneZoneIA, .glacierIR, .intelligentTiering, .archive, .glacier, .deepArchive,
  ]

  /// The class that a version has after the night.
  private func moved(_ key: String, _ version: Version, newer: Int, _ now: Int64) -> StorageClass {
    if version.isMarker { return version.storageClass }
    var reachedClasses: Set<StorageClass> = []
    for rule in rules where rule.isEnabled && applies(rule, key, version) {
      if let since = version.covered {
        for move in rule.noncurrentTransitions
        where newer >= Int(move.kept) && now - since >= Int64(move.days) * Self.day {
          reachedClasses.insert(move.storageClass)
        }
      } else {
        for move in rule.transitions where reached(move.when, version.made, now) {
          reachedClasses.insert(move.storageClass)
        }
      }
    }
    let possible = Self.table[version.storageClass, default: []]
    return Self.order.last { reachedClasses.contains($0) && possible.contains($0) } ?? version.storageClass
  }

  private func reached(_ when: LifecycleRules.When?, _ made: Int64, _ now: Int64) -> Bool {
    switch when {
    case nil: false
    case .days(let days): now - made >= Int64(days) * Self.day
    case .date(let date): now >= date.milliseconds
    case .createdBefore(let date): now >= date.milliseconds && made < date.milliseconds
    }
  }

  private func applies(_ rule: LifecycleRules.Rule, _ key: String, _ version: Version) -> Bool {
    let filter = rule.filter
    if !key.hasPrefix(String(decoding: filter.prefix, as: UTF8Text.self)) { return false }
    if let bound = filter.largerThan, version.size <= Int(bound) { return false }
    if let bound = filter.smallerThan, version.size >= Int(bound) { return false }
    for tag in filter.tags.tags where version.tags[tag.key] != tag.value { return false }
    for exclusion in filter.exclusions {
      let isTagged = exclusion.tag.map { version.tags[$0.key] == $0.value } ?? true
      if isTagged, key.hasPrefix(String(decoding: exclusion.prefix, as: UTF8Text.self)) { return false }
    }
    return true
  }
}
