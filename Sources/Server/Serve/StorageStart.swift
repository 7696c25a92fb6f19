import Access
import Background
import Flow
import Logging
import Metadata
import Objects
import Primitives
import Ring
import Volumes

/// Opens what keeps the data, in order; says in a person's words what went wrong.
enum StorageStart {
  static func open(
    _ configuration: Configuration, _ directory: DataDirectory, _ rings: RingGroup,
    _ root: RootCredentials, _ sealingKey: AESGCMKey, _ logger: Logger, trustsRecords: Bool = false
  ) async throws(ConfigurationError) -> Storage {
    // First of all what changes nothing, so that a refusal leaves everything as it was.
    let present = try await VolumesStart.inspect(directory.volumes)
    // Opening makes metadata where there is none; that must not happen over data whose metadata was lost.
    try StoredData.check(directory)
    let metadata = try await openMetadata(configuration, directory, rings)
    do throws(ConfigurationError) {
      try await StoredData.check(directory, namesSegments: namesSegments(metadata))
      if let present { try await checkBelongs(present, directory, metadata) }
      let volumes = try await VolumesStart(
        configuration: configuration, directory: directory, rings: rings, logger: logger,
        trustsRecords: trustsRecords
      ).open(metadata)
      try await ProtectionStart.begin(configuration, directory, metadata, rings, logger)
      let flow = FlowControl(
        try await FlowRows.load(metadata), rings: rings.rings, audit: { audit($0, logger) }
      ) { (rows, generation) throws(FlowError) in
        try await FlowRows.keep(rows, generation, in: metadata)
      }
      let objects = try await openObjects(configuration, metadata, volumes, flow, logger)
      let identities = try await openIdentities(metadata, flow, sealingKey, root)
      let (outbox, flowEvents) = try await openEvents(metadata, sealingKey, logger)
      return Storage(
        metadata: metadata, volumes: volumes, objects: objects, identities: identities, flow: flow,
        flowEvents: flowEvents, outbox: outbox)
    } catch {
      metadata.close()
      throw error
    }
  }

  /// The line of the log that tells who has changed flow control.
  private static func audit(_ change: FlowChange, _ logger: Logger) {
    logger.notice(
      "flow control changed",
      metadata: [
        "change": "\(change.summary)", "by": "\(change.author)", "generation": "\(change.generation)",
      ])
  }

  private static func openEvents(
    _ metadata: any MetadataStore, _ sealingKey: AESGCMKey, _ logger: Logger
  ) async throws(ConfigurationError) -> (Outbox, FlowEventLog) {
    let outbox: Outbox
    do throws(OutboxError) {
      outbox = try await Outbox.open(metadata, sealingKey: sealingKey)
    } catch { throw ConfigurationError("the webhooks cannot be read: \(error)") }
    do throws(MetadataError) {
      return (outbox, try await FlowEventLog.open(metadata, outbox: outbox, logger: logger))
    } catch { throw ConfigurationError("the events of flow control cannot be read: \(error)") }
  }

  /// Refuses a volume that metadata does not belong with: what it names lies somewhere else, and what is there would be
  /// taken for space to be reused.
  private static func checkBelongs(
    _ present: VolumeIdentity, _ directory: DataDirectory, _ metadata: any MetadataStore
  ) async throws(ConfigurationError) {
    let recorded: VolumeID?
    do throws(ObjectError) {
      recorded = try await ObjectStore.recordedVolumes(in: metadata)[present.number]?.id
    } catch {
      throw ConfigurationError("the metadata in \(directory.metadata) cannot be read: \(error)")
    }
    guard let recorded, recorded != present.id else { return }
    throw ConfigurationError(
      "the volume in \(directory.volumes) is \(present.id), and the metadata belongs with \(recorded):"
        + " one of them was copied or mounted from another store. Put back the one that belongs here")
  }

  private static func advice(_ code: MetadataError.Code) -> String {
    switch code {
    case .format: ". Upgrade weir, or give a directory that this release has written"
    case .locked: ". Stop the program that has it open"
    default: ""
    }
  }

  private static func openMetadata(
    _ configuration: Configuration, _ directory: DataDirectory, _ rings: RingGroup
  ) async throws(ConfigurationError) -> RocksMetadata {
    var options = MetadataOptions()
    options.blockCacheBytes = configuration.metadata.blockCache
    options.writeBufferBytes = configuration.metadata.writeBuffer
    options.acceptsDamagedLog = configuration.metadata.acceptDamagedLog
    options.freeBytesReserve = UInt64(configuration.disk.reserve)
    options.freeBytesForDeletes = UInt64(configuration.disk.deleteReserve)
    let chosen = options
    let path = directory.metadata
    let result = await rings.blocking.run { () -> Result<RocksMetadata, MetadataError> in
      do throws(MetadataError) {
        return .success(try RocksMetadata.open(path: path, options: chosen, blocking: rings.blocking))
      } catch { return .failure(error) }
    }
    do throws(MetadataError) { return try result.get() } catch {
      throw ConfigurationError(
        "the metadata in \(path) cannot be opened: \(error.message)\(advice(error.code))")
    }
  }

  private static func namesSegments(_ metadata: RocksMetadata) async throws(ConfigurationError) -> Bool {
    do throws(ObjectError) { return try await ObjectStore.namesSegments(metadata) } catch {
      throw ConfigurationError("the metadata cannot be read: \(error)")
    }
  }

  private static func openObjects(
    _ configuration: Configuration, _ metadata: RocksMetadata, _ volumes: VolumeSet, _ flow: FlowControl,
    _ logger: Logger
  ) async throws(ConfigurationError) -> ObjectStore {
    var limits = ObjectLimits()
    limits.inlineThreshold = configuration.objects.inlineThreshold
    limits.calendar = LifecycleCalendar(day: configuration.lifecycle.day)
    limits.archives = ArchivePolicies(configuration.classes)
    limits.placements = try VolumePlan(configuration).placements(volumes)
    do throws(ObjectError) {
      return try await ObjectStore.open(
        metadata: metadata, volumes: volumes, limits: limits,
        departure: FlowDepartures.ofBuckets(flow, metadata)
      ) { failure in
        logger.error("a clean-up is left for the next start: \(failure)")
      }
    } catch {
      throw ConfigurationError("the buckets cannot be read: \(error)")
    }
  }

  private static func openIdentities(
    _ metadata: RocksMetadata, _ flow: FlowControl, _ sealingKey: AESGCMKey, _ root: RootCredentials
  ) async throws(ConfigurationError) -> IdentityStore {
    do throws(AccessError) {
      return try await IdentityStore.open(
        metadata: metadata, sealingKey: sealingKey, root: root,
        departure: FlowDepartures.ofUsers(flow, metadata))
    } catch {
      if case .configuration(let message) = error { throw ConfigurationError(message) }
      throw ConfigurationError("the identities cannot be read: \(error)")
    }
  }
}

extension ArchivePolicies {
  /// As configured.
  fileprivate init(_ classes: Configuration.Classes) {
    self.init()
    archive.needsRestore = classes.archiveNeedsRestore
    (archive.expedited, archive.standard, archive.bulk) = (
      classes.archiveDelay, classes.archiveDelay, classes.archiveDelay
    )
    glacier.needsRestore = classes.glacierNeedsRestore
    (glacier.expedited, glacier.standard, glacier.bulk) = (
      classes.glacierExpedited, classes.glacierStandard, classes.glacierBulk
    )
    deepArchive.needsRestore = classes.deepArchiveNeedsRestore
    (deepArchive.expedited, deepArchive.standard, deepArchive.bulk) = (
      classes.deepArchiveExpedited, classes.deepArchiveStandard, classes.deepArchiveBulk
    )
  }
}
