import Background
import Foundation
import HTTP
import Logging
import Metadata
import Primitives
import Ring
import Testing
import Volumes

@testable import Objects
@testable import Server

/// The admin API's endpoints for buckets over memory metadata and a volume in a temporary directory.
struct TestAdmin: Sendable {
  /// What an endpoint answered.
  struct Answer: Sendable {
    let status: Int
    let body: [UInt8]

    private var object: [String: Any] {
      (try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]) ?? [:]
    }

    func text(_ name: String) -> String? { object[name] as? String }
    func number(_ name: String) -> Int? { object[name] as? Int }
    func flag(_ name: String) -> Bool? { object[name] as? Bool }
    /// The texts of a member of each element of a list.
    func column(_ list: String, _ name: String) -> [String] {
      (object[list] as? [[String: Any]] ?? []).map { $0[name] as? String ?? "" }
    }
    /// The keys that a restore counts under a name.
    func keys(_ name: String) -> Int? { (object[name] as? [String: Any])?["keys"] as? Int }
    /// A person's message of a refusal.
    var message: String { text("message") ?? "" }
  }

  let ring: Ring
  let store: ObjectStore
  let endpoints: ObjectEndpoints

  /// Runs `body` against endpoints whose restores run.
  static func run(_ body: @escaping @Sendable (TestAdmin) async throws -> Void) async throws {
    let rings = try RingGroup(count: 1, backend: .auto, blockingThreads: 2)
    let directory = FileManager.default.temporaryDirectory.path + "/weir-admin-\(UUID().uuidString)"
    defer {
      rings.shutdown()
      try? FileManager.default.removeItem(atPath: directory)
    }
    let ring = rings.rings[0]
    let store = try await ring.run { () async -> Result<ObjectStore, any Error> in
      do {
        var options = VolumeOptions()
        options.segmentSize = 8 << 20
        options.freeBytesReserve = 0
        let volumes = VolumeSet(
          try await VolumeStore.open(directory: directory, options: options, rings: rings))
        return .success(
          try await ObjectStore.open(metadata: MemoryMetadata(), volumes: volumes, limits: ObjectLimits()))
      } catch { return .failure(error) }
    }.get()
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let runner = RestoreRunner(objects: store, logger: logger)
    let lifecycle = LifecycleRunner(objects: store, logger: logger)
    runner.start(on: ring)
    let admin = TestAdmin(
      ring: ring, store: store,
      endpoints: ObjectEndpoints(objects: store, restores: runner, lifecycle: lifecycle))
    let result = await Task { try await body(admin) }.result
    await ring.run {
      await runner.stop()
      await store.volumes.close()
    }
    try result.get()
  }

  /// Sends a request and gives the answer, be it a refusal.
  func send(_ method: HTTPMethod, _ target: String, _ body: String = "") async -> Answer {
    let endpoints = endpoints
    let answer = await ring.run { () async -> AdminAnswer in
      let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
      do throws(AdminProblem) {
        let call = try AdminCall(
          method, path: parts[0], query: parts.count > 1 ? Array(parts[1].utf8)[...] : nil,
          body: Array(body.utf8))
        return try await endpoints.answer(call) ?? .error(404, "nobody answers")
      } catch { return .error(error.status, error.message) }
    }
    return Answer(status: answer.status, body: answer.body)
  }

  /// Runs something on the ring of the store.
  func onRing<R: Sendable>(
    _ body: @escaping @Sendable (ObjectStore) async throws(ObjectError) -> R
  ) async throws -> R {
    let store = store
    return try await ring.run { () async -> Result<R, ObjectError> in
      do throws(ObjectError) { return .success(try await body(store)) } catch { return .failure(error) }
    }.get()
  }

  /// Makes a bucket, with versioning where that is wanted.
  func makeBucket(_ name: String, isVersioned: Bool = true) async throws {
    let name = try #require(BucketName(lookup: name))
    _ = try await onRing { (store) async throws(ObjectError) in
      let bucket = try await store.createBucket(name: name, owner: PrincipalID("owner"), region: "us-east-1")
      return isVersioned ? try await store.setVersioning(.enabled, of: bucket) : bucket
    }
  }

  /// Stores an object; its version.
  @discardableResult
  func put(_ bucket: String, _ key: String, _ text: String) async throws -> VersionID {
    let bytes = Array(text.utf8)
    let key = try ObjectKey(validating: Array(key.utf8))
    return try await onRing { (store) async throws(ObjectError) in
      let bucket = try store.bucket(named: bucket)
      let request = PutObjectRequest(bucket: bucket, key: key, owner: bucket.owner)
      return try await store.putObject(request, body: TextBody(bytes)).version
    }
  }

  /// Deletes an object.
  func delete(_ bucket: String, _ key: String) async throws {
    let key = try ObjectKey(validating: Array(key.utf8))
    _ = try await onRing { (store) async throws(ObjectError) in
      try await store.deleteObject(DeleteObjectRequest(bucket: try store.bucket(named: bucket), key: key))
    }
  }

  /// The keys of a bucket.
  func keys(_ bucket: String) async throws -> [String] {
    try await onRing { (store) async throws(ObjectError) in
      let page = try await store.listObjects(ListObjectsRequest(bucket: try store.bucket(named: bucket)))
      return page.entries.map { String(decoding: page.key($0), as: Unicode.UTF8.self) }
    }
  }

  /// Begins a restore and waits until it is over.
  func restore(_ body: String) async throws -> Answer {
    let begun = await send(.post, "/v1/restores", body)
    #expect(begun.status == 200, "\(begun.message)")
    let id = try #require(begun.text("id"))
    while true {
      let job = await send(.get, "/v1/restores/\(id)")
      guard let state = job.text("state"), ["planning", "running"].contains(state) else { return job }
      try await Task.sleep(for: .milliseconds(10))
    }
  }
}

/// A body of a few bytes.
private final class TextBody: ObjectBody {
  private var rest: ArraySlice<UInt8>
  let length: UInt64?

  init(_ bytes: [UInt8]) {
    rest = bytes[...]
    length = UInt64(bytes.count)
  }

  func read(into target: UnsafeMutableRawBufferPointer) async throws(ObjectBodyError) -> Int {
    let piece = rest.prefix(target.count)
    // SAFETY: the piece fits.
    unsafe target.copyBytes(from: piece)
    rest = rest.dropFirst(piece.count)
    return piece.count
  }

  func trailingChecksum() -> (ChecksumAlgorithm, [UInt8])? { nil }
}
