import Primitives

@testable import Objects

/// A bucket that keeps everything: what a key's versions are after each change, by plain lists.
struct HistoryModel {
  struct Version: Equatable {
    let id: UInt64
    let isNull: Bool
    /// Nil: a delete marker.
    let bytes: [UInt8]?

    var label: VersionLabel { isNull ? .null : .id(VersionID(rawValue: id)) }
  }

  /// Of each key, the newest first.
  typealias State = [String: [Version]]

  private(set) var state: State = [:]
  /// The state after the commit of that time.
  private(set) var past: [(at: UInt64, state: State)] = []
  var versioning = VersioningState.unversioned

  /// A new version; `bytes` nil: a delete marker.
  mutating func write(_ key: String, _ id: UInt64, _ bytes: [UInt8]?) {
    var versions = state[key] ?? []
    if versioning != .enabled { versions.removeAll(where: \.isNull) }
    versions.insert(Version(id: id, isNull: versioning != .enabled, bytes: bytes), at: 0)
    state[key] = versions
  }

  /// Deletes a key without naming a version.
  mutating func delete(_ key: String, _ id: UInt64) {
    if versioning == .unversioned {
      state[key] = nil
    } else {
      write(key, id, nil)
    }
  }

  mutating func remove(_ key: String, _ label: VersionLabel) {
    state[key]?.removeAll { $0.label == label }
    if state[key]?.isEmpty == true { state[key] = nil }
  }

  /// Of each key that has an object beneath delete markers, those markers.
  var markersOnTop: [(key: String, markers: [Version])] {
    state.sorted { $0.key < $1.key }.compactMap { (key, versions) in
      let markers = Array(versions.prefix { $0.bytes == nil })
      return markers.isEmpty || markers.count == versions.count ? nil : (key, markers)
    }
  }

  /// What is there now is what was there from `time` on, up to the next change.
  mutating func note(_ time: UInt64) { past.append((time, state)) }

  /// The state as of a moment.
  func state(asOf moment: UInt64) -> State { past.last { $0.at <= moment }?.state ?? [:] }

  /// The current objects of a state.
  static func current(_ state: State) -> [String: [UInt8]] {
    state.compactMapValues { $0.first?.bytes }
  }
}
