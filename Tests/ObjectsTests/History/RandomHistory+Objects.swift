import Primitives
import Ring

@testable import Objects

// What clients do with single objects.
extension RandomHistory {
  func put(_ side: Int, _ name: String) async throws {
    let content = content()
    let written = try await store.put(bucket(side), name, content.bytes)
    try await noteWrite(side, name, content, at: written.version, written.label)
  }

  /// An object was written by the commit that made `version`.
  func noteWrite(
    _ side: Int, _ name: String, _ content: SimulatedContent, at version: VersionID, _ label: VersionLabel?
  ) async throws {
    try await noteCommit(side, name, version.rawValue)
    sides[side].model.write(name, content, at: version.rawValue)
    expectLabel(side, name, label)
  }

  private func expectLabel(_ side: Int, _ name: String, _ label: VersionLabel?) {
    let model = sides[side].model
    let expected = model.isVersioned ? model.state[name]?.first?.label : nil
    expect(label == expected, "\(name) is now \(label.map(\.text) ?? "-")")
  }

  /// Whether it changed anything.
  @discardableResult
  func delete(_ side: Int, _ name: String) async throws -> Bool {
    let existed = sides[side].model.state[name] != nil
    let deleted = try await store.delete(bucket(side), name)
    let isVersioned = sides[side].model.isVersioned
    guard isVersioned || existed else {
      let times = try await commits(side)[name] ?? []
      expect(!deleted.existed && deleted.label == nil, "nothing was deleted of \(name)")
      expect(times.isEmpty || sides[side].model.keeping.since == nil, "deleting nothing changed \(name)")
      return false
    }
    sides[side].model.delete(name, at: try await commit(side, name))
    expect(deleted.existed && deleted.isDeleteMarker == isVersioned, "\(name) was deleted otherwise")
    expectLabel(side, name, deleted.label)
    return true
  }

  /// Deletes a version for good. Whether there was one.
  @discardableResult
  func remove(_ side: Int, _ name: String) async throws -> Bool {
    guard let version = sides[side].model.state[name]?.randomElement(using: &random) else { return false }
    let request = DeleteObjectRequest(bucket: try bucket(side), key: try key(name), version: version.label)
    let deleted = try await store.objects.deleteObject(request)
    expect(
      deleted.existed && deleted.isDeleteMarker == (version.content == nil),
      "\(name) \(version.label.text) was removed otherwise")
    sides[side].model.remove(name, version.label, at: try await commit(side, name))
    return true
  }

  /// Deletes a version of each of some keys for good, by one request.
  func removeMany(_ side: Int) async throws {
    var victims: [(name: String, label: VersionLabel)] = []
    for name in Self.names where flip() {
      guard let version = sides[side].model.state[name]?.randomElement(using: &random) else { continue }
      victims.append((name, version.label))
    }
    let bucket = try bucket(side)
    let requests = try victims.map {
      DeleteObjectRequest(bucket: bucket, key: try key($0.name), version: $0.label)
    }
    for result in await store.objects.deleteObjects(requests) { expect(try result.get().existed) }
    let times = try await commits(side)
    for (name, label) in victims {
      sides[side].model.remove(name, label, at: times[name]?.first ?? 0)
      expect(times[name]?.count == 1, "\(name) was changed otherwise")
    }
  }

  private func expect(_ isTrue: @autoclosure () throws -> Bool) {
    expect((try? isTrue()) ?? false, "a version could not be removed")
  }

  /// Restores an old version, as clients do: by a copy onto the same key or another.
  func copy(_ side: Int, from name: String) async throws {
    let target = self.name()
    guard let version = sides[side].model.state[name]?.randomElement(using: &random),
      let content = version.content
    else { return }
    let bucket = try bucket(side)
    let made = try await store.copy((bucket, name), to: (bucket, target)) {
      $0.source.version = version.label
    }
    try await noteWrite(side, target, content, at: made.version, made.label)
  }

  /// Changes nothing that a moment shows.
  func tag(_ side: Int, _ name: String) async throws {
    let tags = TagSet([.init(key: "t", value: "\(random.next())")])
    do {
      try await store.objects.setTags(tags, bucket: bucket(side), key: key(name))
    } catch ObjectError.noSuchKey {
    } catch ObjectError.deleteMarker {}
    clock = try await tick()
  }
}
