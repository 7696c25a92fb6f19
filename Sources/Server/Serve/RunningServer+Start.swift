import API
import Access
import Glibc
import HTTP
import Logging
import Metadata
import Objects
import Primitives
import Ring
import Volumes

extension RunningServer {
  /// Starts everything, from the disk up; nothing listens before all behind it is ready. Blocks the calling
  /// thread, which must not be a ring's.
  ///
  /// - Throws: `ConfigurationError` with a message that says what to do.
  static func start(
    _ configuration: Configuration, logger: Logger, log: LineSink
  ) throws(ConfigurationError) -> RunningServer {
    raiseFileLimit(logger)
    try configuration.check()
    let addresses = try Addresses(configuration)
    let directory = try DataDirectory(path: configuration.data)
    try StoredData.check(directory)
    let root = try RootCredentialsSource.load(configuration: configuration, directory: directory)
    let sealingKey = try KeyFile.load(path: directory.keyFile, metadata: directory.metadata)
    let accessLog: LineSink? =
      configuration.accessLog.isEmpty ? nil : try LineSink(path: configuration.accessLog)
    let rings = try startRings(configuration, logger)
    let latch = Latch<Result<RunningServer, ConfigurationError>>()
    rings.rings[0].spawn {
      do throws(ConfigurationError) {
        let storage = try await StorageStart.open(
          configuration, directory, rings, root.credentials, sealingKey, logger)
        latch.deliver(
          .success(
            try listen(
              configuration, logger, log, directory, rings, storage, accessLog, addresses)))
      } catch { latch.deliver(.failure(error)) }
    }
    switch latch.wait() {
    case .success(let server):
      if root.isNew { FirstStart.show(root.credentials, keptIn: directory.rootCredentialsFile) }
      return server
    case .failure(let error):
      rings.shutdown()
      throw error
    }
  }

  /// Builds the API on the storage, and listens: the admin address first, so that probes see the start.
  private static func listen(
    _ configuration: Configuration, _ logger: Logger, _ log: LineSink, _ directory: DataDirectory,
    _ rings: RingGroup, _ storage: Storage, _ accessLog: LineSink?, _ addresses: Addresses
  ) throws(ConfigurationError) -> RunningServer {
    let metrics = OperationMetrics(rings: rings.rings)
    let failures = StorageFailureLog(logger: logger)
    let authenticator = Authenticator(configuration: SigningConfiguration(region: configuration.region))
    var chainConfiguration = RequestChain.Configuration()
    chainConfiguration.domains = configuration.domains
    chainConfiguration.proxies = try configuration.proxies()
    let chain = RequestChain(
      configuration: chainConfiguration,
      services: Services(
        store: storage.objects, region: configuration.region, flow: storage.flow,
        networks: try configuration.networks(), identities: storage.identities,
        minimumBandwidth: configuration.flow.minimumBandwidth),
      identities: storage.identities, authenticator: authenticator,
      observer: RequestLog(
        metrics: metrics, failures: failures, accessLog: accessLog, logger: logger))
    let memory = MemoryBudget(limit: configuration.limits.memory)
    // The admin listener has no budget: whoever looks after an overloaded server must get through.
    let front = HTTPServer(
      configuration: configuration.http, handler: chain, rings: rings, memory: memory)
    let background = try BackgroundWork(configuration, directory, storage, front.metrics, logger)
    let page = MetricsPage(
      rings: rings, http: front.metrics, memory: memory, metadata: storage.metadata,
      volumes: storage.volumes, background: background, operations: metrics, failures: failures,
      flow: storage.flow,
      logs: [("error", log)] + (accessLog.map { [("access", $0)] } ?? []))
    let admin = HTTPServer(
      configuration: configuration.http,
      handler: AdminHandler(
        page: page, identities: storage.identities,
        metadata: MetadataEndpoints(metadata: storage.metadata, jobs: BackupJobs()),
        audit: AuditEndpoints(jobs: background.audits, rings: rings),
        objects: ObjectEndpoints(
          objects: storage.objects, restores: background.restores, lifecycle: background.lifecycle),
        volumes: VolumeEndpoints(objects: storage.objects, volumes: storage.volumes, rings: rings),
        flow: FlowEndpoints(
          control: storage.flow, events: storage.flowEvents, objects: storage.objects,
          identities: storage.identities),
        notify: NotifyEndpoints(delivery: background.delivery, logger: logger),
        authenticator: Authenticator(configuration: SigningConfiguration(region: "us-east-1")),
        readiness: Readiness()),
      rings: rings)
    let bound = try addresses.listen(front: front, admin: admin, configuration, logger)
    background.start(on: rings)
    return RunningServer(
      configuration: configuration, logger: logger, directory: directory, rings: rings, storage: storage,
      background: background,
      front: front, admin: admin, accessLog: accessLog,
      readyLine: bound.readyLine(io: rings.backendInUse.rawValue, rings: rings.rings.count))
  }

  private static func startRings(
    _ configuration: Configuration, _ logger: Logger
  ) throws(ConfigurationError) -> RingGroup {
    let cores = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let count = configuration.rings == 0 ? cores : configuration.rings
    do throws(IOError) {
      let rings = try RingGroup(
        count: count, backend: IOBackend(rawValue: configuration.io) ?? .auto,
        pinned: configuration.pinRings)
      if let notice = rings.backendNotice { logger.warning("\(notice)") }
      return rings
    } catch {
      throw ConfigurationError("the rings cannot start (--io \(configuration.io)): \(error)")
    }
  }

  /// Connections and segments are descriptors: takes as many as the system allows.
  private static func raiseFileLimit(_ logger: Logger) {
    var limit = rlimit()
    // SAFETY: the structure outlives both calls.
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    if unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 {
      logger.warning("the limit of open files stays at its soft value")
    }
  }
}

extension Configuration {
  /// Which clients are in the intranet.
  func networks() throws(ConfigurationError) -> ClientNetworks {
    let addresses = try Addresses(self)
    let known = (addresses.plain + addresses.tls).map { "\($0)" }
    var listeners: [String] = []
    for text in flow.intranetListeners {
      guard let address = try? SocketAddress(parsing: text), known.contains("\(address)") else {
        throw ConfigurationError("flow.intranet_listeners: \"\(text)\" is in neither listen nor tls_listen")
      }
      listeners.append("\(address)")
    }
    do throws(UnitError) {
      return try ClientNetworks(
        sources: flow.intranetSources, hosts: flow.intranetHosts, listeners: listeners)
    } catch { throw ConfigurationError("flow.intranet_sources: \(error)") }
  }

  /// Who is believed about whose request it is.
  func proxies() throws(ConfigurationError) -> TrustedProxies {
    do throws(UnitError) { return try TrustedProxies(trustedProxies) } catch {
      throw ConfigurationError("trusted_proxies: \(error)")
    }
  }

  /// The limits and timeouts of both listeners.
  var http: HTTPServerConfiguration {
    var http = HTTPServerConfiguration()
    http.limits.connections = limits.connections
    http.limits.requestLineBytes = limits.requestLine
    http.limits.headerBytes = limits.headers
    http.limits.headerCount = limits.headerCount
    http.timeouts.idle = timeouts.idle
    http.timeouts.header = timeouts.header
    http.timeouts.bodyRead = timeouts.body
    http.timeouts.send = timeouts.body
    http.timeouts.rateWindow = timeouts.body
    http.timeouts.minimumRate = timeouts.minimumRate
    return http
  }
}
