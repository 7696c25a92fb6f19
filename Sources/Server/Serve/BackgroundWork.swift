import Background
import Flow
import HTTP
import Logging
import Metadata
import Objects
import Ring

/// What the store does by itself. Started last, stopped before the storage closes.
struct BackgroundWork: Sendable {
  let reclaimer: Reclaimer
  let scrubber: Scrubber
  let uploads: UploadWatch
  let purger: Purger
  let restores: RestoreRunner
  let lifecycle: LifecycleRunner
  let flow: FlowWatch
  let delivery: WebhookDelivery
  let idleMemory: IdleMemory
  /// What a person asked for.
  let audits: AuditJobs

  /// Whether no space is given back, since metadata may be older than what lies on the volumes.
  let isReclaimHeld: Bool
  private let logger: Logger

  init(
    _ configuration: Configuration, _ directory: DataDirectory, _ storage: Storage, _ http: HTTPMetrics,
    _ logger: Logger
  ) throws(ConfigurationError) {
    self.logger = logger
    isReclaimHeld =
      SmallFile.exists(directory.reclaimHold) || configuration.metadata.acceptDamagedLog
    var options = ReclaimerOptions()
    options.rate = UInt64(configuration.reclaim.rate)
    options.threshold = configuration.reclaim.threshold
    options.interval = configuration.reclaim.interval
    reclaimer = Reclaimer(
      objects: storage.objects, volumes: storage.volumes, options: options,
      share: BackgroundShare(storage.flow, .upload), logger: logger)
    let reads = BackgroundShare(storage.flow, .download)
    var scrub = ScrubberOptions()
    scrub.rate = UInt64(configuration.scrub.rate)
    scrub.interval = configuration.scrub.interval
    scrubber = Scrubber(objects: storage.objects, options: scrub, share: reads, logger: logger)
    uploads = UploadWatch(objects: storage.objects, logger: logger)
    purger = Purger(objects: storage.objects, logger: logger)
    restores = RestoreRunner(objects: storage.objects, logger: logger)
    var rules = LifecycleOptions()
    rules.interval = configuration.lifecycle.interval
    rules.rate = UInt64(configuration.lifecycle.rate)
    rules.moveRate = UInt64(configuration.lifecycle.moveRate)
    lifecycle = LifecycleRunner(
      objects: storage.objects, logger: logger, options: rules, share: BackgroundShare(storage.flow, .upload))
    flow = FlowWatch(
      storage.flow, log: storage.flowEvents,
      rule: CrossingRule(
        reportShare: Double(configuration.flow.reportThreshold) / 100,
        seconds: configuration.flow.eventAfter / .seconds(1)),
      logger: logger)
    delivery = WebhookDelivery(storage.outbox, try Self.sender(configuration.notify), logger: logger)
    let metadata = storage.metadata
    idleMemory = IdleMemory(metadata: metadata, after: configuration.metadata.releaseAfter) {
      // A long transfer is no rest either.
      http.total { $0.requests } &+ http.total { $0.bytesIn } &+ http.total { $0.bytesOut }
    }
    audits = AuditJobs(objects: storage.objects, share: reads, logger: logger) { report in
      guard let rebuild = await metadata.checkRebuild() else { return }
      report.note(rebuild, remedy: "a new base is taken now, which mends it")
    }
  }

  private static func sender(
    _ settings: Configuration.Notify
  ) throws(ConfigurationError) -> WebhookSender {
    var options = WebhookOptions()
    options.timeout = settings.timeout
    options.attempts = settings.attempts
    options.firstDelay = settings.firstDelay
    options.source = settings.source
    let trust: TLSTrust
    do throws(TLSError) {
      trust = try TLSTrust(certificateFile: settings.certificateAuthorities)
    } catch { throw ConfigurationError("notify.ca_file: \(error)") }
    do throws(IOError) { return try WebhookSender(options: options, trust: trust) } catch {
      throw ConfigurationError("the threads of webhooks cannot be started: \(error)")
    }
  }

  /// Works on the last ring, which the listeners share like all others.
  func start(on rings: RingGroup) {
    guard let ring = rings.rings.last else { return }
    if isReclaimHeld {
      logger.warning(
        """
        no space is given back: the metadata may be older than the volumes; once it is to stay as it is, delete \
        reclaim-held from the data directory, and start without metadata.accept_damaged_log
        """)
    } else {
      reclaimer.start(on: ring)
    }
    scrubber.start(on: ring)
    uploads.start(on: ring)
    purger.start(on: ring)
    restores.start(on: ring)
    lifecycle.start(on: ring)
    flow.start(on: ring)
    delivery.start(on: ring)
    idleMemory.start(on: ring, blocking: rings.blocking)
  }

  /// Returns when all of it has stopped. On a ring.
  func stop() async {
    await idleMemory.stop()
    await flow.stop()
    await delivery.stop()
    await audits.stop()
    await lifecycle.stop()
    await restores.stop()
    await purger.stop()
    await uploads.stop()
    await scrubber.stop()
    await reclaimer.stop()
  }
}
