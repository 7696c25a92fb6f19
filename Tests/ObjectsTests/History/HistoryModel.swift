import Primitives

@testable import Objects

/// A bucket that keeps everything: what each key was after each of its changes, by plain lists. What of it a store must
/// still be able to show is in HistoryModel+Keeping.swift.
struct HistoryModel {
  struct Version {
    let id: UInt64
    let isNull: Bool
    /// Nil: a delete marker.
    let content: SimulatedContent?
    /// When it ceased to be current; 0: it is.
    var until: UInt64 = 0

    var label: VersionLabel { isNull ? .null : .id(VersionID(rawValue: id)) }
  }

  /// Of each key, the newest first.
  typealias State = [String: [Version]]

  /// What is there now.
  private(set) var state: State = [:]
  /// Of each key, what it was from a commit on.
  private var past: [String: [(at: UInt64, versions: [Version])]] = [:]
  /// The commits that changed something, in the order in which the model heard of them.
  private(set) var commits: [UInt64] = []
  var versioning = VersioningState.unversioned
  var keeping = Keeping()

  var isVersioned: Bool { versioning != .unversioned }

  /// A new version; `content` nil: a delete marker.
  mutating func write(_ key: String, _ content: SimulatedContent?, at time: UInt64) {
    if versioning != .enabled {
      for version in state[key] ?? [] where version.isNull { letGo(key, version, at: time) }
    }
    var versions = (state[key] ?? []).filter { versioning == .enabled || !$0.isNull }
    // What lies on top now may have been uncovered only in this moment.
    if state[key]?.first?.id == versions.first?.id, !versions.isEmpty { versions[0].until = time }
    versions.insert(Version(id: time, isNull: versioning != .enabled, content: content), at: 0)
    set(key, versions, at: time)
  }

  /// Deletes a key without naming a version.
  mutating func delete(_ key: String, at time: UInt64) {
    if isVersioned { return write(key, nil, at: time) }
    for version in state[key] ?? [] { letGo(key, version, at: time) }
    set(key, [], at: time)
  }

  /// Deletes a version for good.
  mutating func remove(_ key: String, _ label: VersionLabel, at time: UInt64) {
    var versions = state[key] ?? []
    guard let index = versions.firstIndex(where: { $0.label == label }) else { return }
    letGo(key, versions.remove(at: index), at: time)
    if index == 0, !versions.isEmpty { versions[0].until = 0 }
    set(key, versions, at: time)
  }

  private mutating func set(_ key: String, _ versions: [Version], at time: UInt64) {
    state[key] = versions.isEmpty ? nil : versions
    past[key, default: []].append((time, versions))
    if commits.last != time { commits.append(time) }
  }

  /// Of each key that has an object beneath delete markers, those markers.
  var markersOnTop: [(key: String, markers: [Version])] {
    state.sorted { $0.key < $1.key }.compactMap { (key, versions) in
      let markers = Array(versions.prefix { $0.content == nil })
      return markers.isEmpty || markers.count == versions.count ? nil : (key, markers)
    }
  }

  /// The state as of a moment; nil: now.
  func state(asOf moment: UInt64?) -> State {
    guard let moment else { return state }
    return past.compactMapValues { changes in
      let versions = changes.last { $0.at <= moment }?.versions ?? []
      return versions.isEmpty ? nil : versions
    }
  }

  /// The objects as of a moment (nil: now), of the keys that begin with `prefix`.
  func objects(asOf moment: UInt64? = nil, below prefix: String = "") -> [String: SimulatedContent] {
    state(asOf: moment).filter { $0.key.hasPrefix(prefix) }.compactMapValues { $0.first?.content }
  }
}
