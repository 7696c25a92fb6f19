import Access
import Metadata
import Primitives
import Ring
import Synchronization
import Testing
import Volumes

@testable import API
@testable import HTTP
@testable import Objects

/// A whole server over memory metadata and a volume in a temporary directory, and a ring for clients.
struct RunningAPI: Sendable {
  static let domain = "s3.test"

  let clients: RingGroup
  let port: Int
  let store: ObjectStore
  let identities: IdentityStore
  let observer: RecordingObserver
  let server: HTTPServer

  /// Runs `body` against a server, then sees that no connection and no buffer is left.
  static func run(
    region: String = "us-east-1", limits: ObjectLimits = smallLimits, memory: MemoryBudget = .unlimited,
    _ body: @escaping @Sendable (RunningAPI) async throws -> Void
  ) async throws {
    let rings = try RingGroup(count: 1, backend: .auto, blockingThreads: 2)
    let clients = try RingGroup(count: 1, backend: .auto, blockingThreads: 1)
    let directory = "/tmp/weir-api-\(SecureRandom.requestID())"
    defer {
      clients.shutdown()
      rings.shutdown()
      TemporaryTree.remove(directory)
    }
    let store = try await rings.rings[0].open(directory: directory, limits: limits, rings)
    let identities = try await IdentityStore.open(
      metadata: MemoryMetadata(), sealingKey: AESGCMKey(SecureRandom.bytes(32)),
      root: RootCredentials(accessKeyID: "rootkey", secretAccessKey: "rootsecret"))
    let observer = RecordingObserver()
    var configuration = RequestChain.Configuration()
    configuration.domains = [domain]
    let chain = RequestChain(
      configuration: configuration, services: Services(store: store, region: region),
      identities: identities, authenticator: Authenticator(configuration: .init(region: region)),
      observer: observer)
    let server = HTTPServer(
      configuration: HTTPServerConfiguration(), handler: chain, rings: rings, memory: memory)
    let address = try server.listen(try SocketAddress(parsing: "127.0.0.1:0"))
    let running = RunningAPI(
      clients: clients, port: address.port, store: store, identities: identities, observer: observer,
      server: server)
    try await body(running)
    await server.drain(timeout: .seconds(5))
    #expect(server.connectionCount == 0 && memory.used == 0)
    #expect(rings.rings.allSatisfy { $0.statistics.buffersOutstanding.current == 0 })
    await rings.rings[0].run { await store.volumes.close() }
  }

  /// Parts may be small, so that multipart tests need no megabytes.
  static let smallLimits: ObjectLimits = {
    var limits = ObjectLimits()
    limits.smallestPart = 8
    return limits
  }()

  /// A user with an access key.
  func makeUser(_ name: String) async throws -> Caller {
    _ = try await identities.createUser(name: name)
    let made = try await identities.createAccessKey(userName: name)
    return Caller(accessKeyID: made.key.id, secret: made.secret)
  }
}

extension Ring {
  /// Opens the stores on this ring.
  fileprivate func open(
    directory: String, limits: ObjectLimits, _ rings: RingGroup
  ) async throws -> ObjectStore {
    let result = await run { () async -> Result<ObjectStore, ObjectError> in
      do {
        var options = VolumeOptions()
        options.segmentSize = 32 << 20
        options.freeBytesReserve = 0
        let volumes = VolumeSet(
          try await VolumeStore.open(directory: directory, options: options, rings: rings))
        return .success(
          try await ObjectStore.open(metadata: MemoryMetadata(), volumes: volumes, limits: limits))
      } catch {
        return .failure(.storage(StorageFailure(.io, "\(error)")))
      }
    }
    return try result.get()
  }
}

/// Who signs a request.
struct Caller: Sendable {
  let accessKeyID: String
  let secret: String

  static let root = Caller(accessKeyID: "rootkey", secret: "rootsecret")
}

/// Keeps what the chain said of each request.
final class RecordingObserver: RequestObserver {
  struct Record: Sendable {
    let operation: String?
    let outcome: APIRequest.Outcome
    let identity: String?
    let logLine: String
  }

  private let records = Mutex<[Record]>([])

  var all: [Record] { records.withLock { $0 } }

  func finished(_ request: APIRequest) {
    let record = Record(
      operation: request.spec?.name, outcome: request.outcome, identity: request.identity?.name,
      logLine: text(AccessLogLine(request).bytes))
    records.withLock { $0.append(record) }
  }
}
