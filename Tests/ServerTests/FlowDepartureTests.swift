import Access
import Background
import Flow
import Foundation
import HTTP
import Logging
import Metadata
import Primitives
import Ring
import Synchronization
import Testing
import Volumes

@testable import Objects
@testable import Server

/// A limit is set while its bucket or user is being deleted: whichever commit comes first, no row is left about what is
/// gone, and what is in memory is what is on disk.
@Suite struct FlowDepartureTests {
  /// What is set, of the bucket `data` and the user `alice`.
  enum Setting: CaseIterable {
    case bucket, member, requesterAtBucket, requesterAtPool, priority

    /// The same again with something else to be kept.
    func request(_ number: Int) -> (HTTPMethod, String, String)? {
      let limits = "\"limits\":{\"qps\":\"\(number)\"}"
      func node(_ inner: String) -> (HTTPMethod, String, String) {
        (.put, "/v1/flow/nodes", "{\"node\":{\(inner)},\(limits)}")
      }
      switch self {
      case .bucket: return node("\"kind\":\"bucket\",\"bucket\":\"data\"")
      case .member: return (.put, "/v1/flow/pools/pool/buckets/data", "{\"group\":\"group-\(number)\"}")
      case .requesterAtBucket:
        return node("\"kind\":\"requester\",\"user\":\"alice\",\"bucket\":\"data\"")
      case .requesterAtPool:
        return node("\"kind\":\"requester\",\"user\":\"alice\",\"pool\":\"pool\"")
      case .priority: return nil
      }
    }

    func isAbout(_ gone: Gone) -> Bool {
      switch self {
      case .bucket, .member: gone == .bucket
      case .requesterAtBucket: true
      case .requesterAtPool, .priority: gone == .user
      }
    }
  }

  enum Gone: CaseIterable { case bucket, user }

  /// Who comes first, and whether there was a row before: only then does the deletion count as a change.
  enum Order: CaseIterable { case deletion, deletionOfSomething, setting }

  private static let cases = Setting.allCases.flatMap { setting in
    Gone.allCases.filter(setting.isAbout).flatMap { gone in Order.allCases.map { (setting, gone, $0) } }
  }

  @Test(arguments: cases) func leavesNothing(setting: Setting, gone: Gone, order: Order) async throws {
    try await FlowSite.run { site in
      let userID = try site.identities.user(named: "alice").id
      if order == .deletionOfSomething { #expect(await site.set(setting, 1, userID) == 200) }
      site.interruption.set(order == .setting ? .afterCommit : .beforeCommit) {
        switch gone {
        case .bucket: try? await site.objects.deleteBucket(site.objects.bucket(named: "data"))
        case .user: try? await site.identities.deleteUser(name: "alice")
        }
      }
      #expect(await site.set(setting, 2, userID) == (order == .setting ? 200 : 404))
      #expect(site.interruption.isOver)
      switch gone {
      case .bucket: #expect(throws: ObjectError.self) { try site.objects.bucket(named: "data") }
      case .user: #expect(site.identities.user(id: userID) == nil)
      }
      // Only the pool is left.
      let kept = try await FlowRows.load(site.metadata)
      #expect(kept.nodes.isEmpty && kept.buckets(of: "pool").isEmpty)
      #expect(kept.plans.values.allSatisfy { $0.levels.allSatisfy(\.subjects.isEmpty) })
      #expect(site.flow.configuration == kept)
      // Changes go on.
      #expect(await site.send(.post, "/v1/flow/pools", #"{"name":"later"}"#) == 200)
      #expect(try await FlowRows.load(site.metadata) == site.flow.configuration)
    }
  }

  /// Another bucket or user of that name is another one.
  @Test(arguments: Gone.allCases) func aNameIsNotEnough(gone: Gone) async throws {
    try await FlowSite.run { site in
      site.interruption.set(.beforeCommit) {
        switch gone {
        case .bucket:
          guard let old = try? site.objects.bucket(named: "data") else { return }
          try? await site.objects.deleteBucket(old)
          _ = try? await site.objects.createBucket(name: old.name, owner: old.owner, region: old.region)
        case .user:
          try? await site.identities.deleteUser(name: "alice")
          _ = try? await site.identities.createUser(name: "alice")
        }
      }
      #expect(await site.set(.requesterAtBucket, 1, "") == 404)
      #expect(site.interruption.isOver && site.flow.configuration.nodes.isEmpty)
      #expect(await site.set(.requesterAtBucket, 1, "") == 200)
      #expect(site.flow.configuration.nodes.count == 1)
    }
  }
}

/// Something that is done in between, once: just before a change is kept, or just after.
private final class Interruption: Sendable {
  enum Moment { case beforeCommit, afterCommit }

  private typealias Act = @Sendable () async -> Void
  private let next = Mutex<(moment: Moment, act: Act)?>(nil)

  func set(_ moment: Moment, _ act: @escaping @Sendable () async -> Void) {
    next.withLock { $0 = (moment, act) }
  }

  /// Whether it has been done, or there was none.
  var isOver: Bool { next.withLock { $0 == nil } }

  func come(at moment: Moment) async {
    let act = next.withLock { next -> Act? in
      guard let due = next, due.moment == moment else { return nil }
      next = nil
      return due.act
    }
    await act?()
  }
}

/// Flow control with buckets and users over memory metadata, and somebody who comes in between.
private struct FlowSite: Sendable {
  let metadata = MemoryMetadata()
  let interruption = Interruption()
  let flow: FlowControl
  let objects: ObjectStore
  let identities: IdentityStore
  private let endpoints: FlowEndpoints

  private init(_ rings: RingGroup, _ directory: String) async throws {
    let (metadata, interruption) = (metadata, interruption)
    flow = FlowControl(FlowConfiguration(), rings: rings.rings) { (rows, generation) throws(FlowError) in
      await interruption.come(at: .beforeCommit)
      try await FlowRows.keep(rows, generation, in: metadata)
      await interruption.come(at: .afterCommit)
    }
    var options = VolumeOptions()
    options.segmentSize = 8 << 20
    options.freeBytesReserve = 0
    let volumes = try await VolumeStore.open(directory: directory, options: options, rings: rings)
    let key = AESGCMKey([UInt8](repeating: 7, count: 32))
    objects = try await ObjectStore.open(
      metadata: metadata, volumes: VolumeSet(volumes), limits: ObjectLimits(),
      departure: FlowDepartures.ofBuckets(flow, metadata))
    identities = try await IdentityStore.open(
      metadata: metadata, sealingKey: key,
      root: RootCredentials(accessKeyID: "root-access", secretAccessKey: "root-secret"),
      departure: FlowDepartures.ofUsers(flow, metadata))
    let outbox = try await Outbox.open(metadata, sealingKey: key)
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    endpoints = FlowEndpoints(
      control: flow, events: try await FlowEventLog.open(metadata, outbox: outbox, logger: logger),
      objects: objects, identities: identities)
  }

  /// Runs `body` on a ring, with the bucket `data`, the user `alice` and the pool `pool`.
  static func run(_ body: @escaping @Sendable (FlowSite) async throws -> Void) async throws {
    let rings = try RingGroup(count: 1, backend: .auto, blockingThreads: 2)
    let directory = FileManager.default.temporaryDirectory.path + "/weir-flow-\(UUID().uuidString)"
    defer {
      rings.shutdown()
      try? FileManager.default.removeItem(atPath: directory)
    }
    try await rings.rings[0].run { () async -> Result<Void, any Error> in
      do {
        let site = try await FlowSite(rings, directory)
        let name = try #require(BucketName(lookup: "data"))
        _ = try await site.objects.createBucket(
          name: name, owner: PrincipalID("owner"), region: "us-east-1")
        _ = try await site.identities.createUser(name: "alice")
        #expect(await site.send(.post, "/v1/flow/pools", #"{"name":"pool"}"#) == 200)
        let result: Result<Void, any Error>
        do { result = .success(try await body(site)) } catch { result = .failure(error) }
        await site.objects.volumes.close()
        return result
      } catch { return .failure(error) }
    }.get()
  }

  /// The status of a request of the admin API.
  func send(_ method: HTTPMethod, _ path: String, _ body: String) async -> Int {
    do throws(AdminProblem) {
      return try await endpoints.answer(
        AdminCall(method, path: path, query: nil, body: Array(body.utf8))
      ).status
    } catch { return error.status }
  }

  /// Sets something, as `send`; priorities as OSS's operation does once it has found whom they name.
  func set(_ setting: FlowDepartureTests.Setting, _ number: Int, _ userID: String) async -> Int {
    if let (method, path, body) = setting.request(number) { return await send(method, path, body) }
    let plan = PriorityPlan(
      count: 3, defaultLevel: 1, defaultGuarantees: BandwidthLimits(),
      levels: [.init(number: UInt8(clamping: number), guarantees: nil, subjects: [.requester(userID)])])
    do throws(FlowError) {
      try await flow.change("priorities", by: "root") { (_) throws(FlowError) in
        .plan(.init(pool: "pool", kind: .requesters), plan)
      }
      return 200
    } catch { return AdminProblem(error).status }
  }
}
