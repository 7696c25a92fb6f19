import Volumes

/// The table of settings, in the order of the example configuration.
package enum Settings {
  package static let all: [Setting] = general + security + limits + storage

  private static let general: [Setting] = [
    .text("data", \.data, unit: "path", "The data directory; everything the server keeps lies below it."),
    .list("listen", \.listen, unit: "addresses", "Plain HTTP listeners of the S3 API; port 0 picks one."),
    .list("tls_listen", \.tlsListen, unit: "addresses", "TLS listeners of the S3 API."),
    .text(
      "admin_listen", \.adminListen, unit: "address",
      "Admin API, /metrics, /healthz and /readyz. Keep it on loopback or behind a proxy."),
    .text(
      "io", \.io, unit: "auto, uring or poll", oneOf: ["auto", "uring", "poll"],
      "How sockets and files are driven; auto falls back to poll where io_uring is refused."),
    .number("rings", \.rings, 0...1_024, "Threads of the data path; 0 is one for each core."),
    .flag("pin_rings", \.pinRings, "Pin each ring to its own core."),
    .text("region", \.region, unit: "name", "The region that requests must be signed for."),
    .list(
      "domains", \.domains, unit: "host names", lowercased: true,
      "Names under which BUCKET.NAME addresses a bucket."),
    .list(
      "trusted_proxies", \.trustedProxies, unit: "addresses or blocks",
      "Proxies whose X-Forwarded-For is believed: clients are known by the last address in it that is no proxy's."
    ),
    .text(
      "access_log", \.accessLog, unit: "path",
      "Server access log in S3's format, reopened on SIGHUP; empty is none."),
    .text(
      "log.level", \.log.level, unit: "trace, debug, info, notice, warning, error or critical",
      oneOf: ["trace", "debug", "info", "notice", "warning", "error", "critical"],
      "What the log on standard error holds."),
    .text(
      "log.format", \.log.format, unit: "text or json", oneOf: ["text", "json"],
      "How a log line is written."),
  ]

  private static let security: [Setting] = [
    .text(
      "root.access_key", \.root.accessKey,
      "Root access key; better in WEIR_ROOT_ACCESS_KEY. Empty: kept in the data directory."),
    .text(
      "root.secret_key", \.root.secretKey,
      "Root secret key; better in WEIR_ROOT_SECRET_KEY. Empty: kept in the data directory."),
    .text(
      "tls.certificate", \.tls.certificate, unit: "path",
      "PEM certificate chain; read again when the file changes."),
    .text("tls.key", \.tls.key, unit: "path", "PEM private key; read again when the file changes."),
    .list(
      "tls.hosts", \.tls.hosts, unit: "HOST=CERTIFICATE,KEY",
      "More certificates, chosen by the host name that the client asks for (SNI)."),
  ]

  private static let limits: [Setting] = [
    .number(
      "limits.connections", \.limits.connections, 1...1_000_000,
      "Open client connections; beyond it new ones are answered 503."),
    .size("limits.request_line", \.limits.requestLine, 512...(1 << 20), "Beyond it: 414."),
    .size("limits.headers", \.limits.headers, 1_024...(1 << 20), "The whole header section; beyond it: 431."),
    .number("limits.header_count", \.limits.headerCount, 8...4_096, "Header lines; beyond it: 431."),
    .size(
      "limits.memory", \.limits.memory, (64 << 20)...(1 << 44),
      "What clients may make the server hold: connections, bodies, replies; beyond it: 503 SlowDown."),
    .duration(
      "timeouts.idle", \.timeouts.idle, .seconds(1)...(.seconds(3_600)),
      "How long a connection may stay open between requests."),
    .duration(
      "timeouts.header", \.timeouts.header, .seconds(1)...(.seconds(600)),
      "How long a request's header section may take to arrive."),
    .duration(
      "timeouts.body", \.timeouts.body, .seconds(1)...(.seconds(3_600)),
      "How long a body may stand still, in either direction."),
    .size(
      "timeouts.minimum_rate", \.timeouts.minimumRate, 0...(1 << 30),
      "Bytes a second that a body must move at least, over windows of timeouts.body; 0 is no minimum."),
    .duration(
      "timeouts.drain", \.timeouts.drain, .seconds(0)...(.seconds(3_600)),
      "How long requests under way may take after SIGTERM."),
  ]

  private static let storage: [Setting] = [
    .size(
      "disk.reserve", \.disk.reserve, (1 << 20)...(1 << 44),
      "Free on the disk: below it nothing is stored (507); reads and deletes go on."),
    .size(
      "disk.delete_reserve", \.disk.deleteReserve, (1 << 20)...(1 << 44),
      "Free on the disk: below it nothing is deleted either; reads go on. Not above disk.reserve."),
    .size(
      "metadata.block_cache", \.metadata.blockCache, (1 << 20)...(1 << 40),
      "RocksDB's block cache, with index and filters."),
    .duration(
      "metadata.release_after", \.metadata.releaseAfter, .zero...(.seconds(86_400)),
      "Time without a request after which the block cache is emptied, large memtables are written out and "
        + "memory is given back; 0s is never."),
    .size(
      "metadata.write_buffer", \.metadata.writeBuffer, (1 << 20)...(1 << 32), "One RocksDB memtable."),
    .flag(
      "metadata.accept_damaged_log", \.metadata.acceptDamagedLog,
      "Start although the write-ahead log is damaged in its middle, and lose what lies behind."),
    .flag(
      "metadata.journal", \.metadata.journal,
      "Keep a journal on the volumes, from which the metadata can be rebuilt when its disk is lost."),
    .duration(
      "metadata.journal_interval", \.metadata.journalInterval, .milliseconds(10)...(.seconds(60)),
      "From a write to the journal to its sync, at most."),
    .text(
      "metadata.backup_directory", \.metadata.backupDirectory, unit: "path",
      "Where backups of the metadata go by themselves; empty is nowhere."),
    .duration(
      "metadata.backup_interval", \.metadata.backupInterval, .seconds(60)...(.seconds(31_536_000)),
      "From one backup of the metadata to the next."),
    .number(
      "metadata.backup_keep", \.metadata.backupKeep, 1...1_000, "Backups of the metadata that are kept."),
    .size(
      "volumes.segment_size", \.volumes.segmentSize, segmentSizes, "One segment file, preallocated."),
    .size(
      "volumes.pack_threshold", \.volumes.packThreshold, VolumeLimits.packThresholds,
      "Blobs up to this size share a write and a sync."),
    .text(
      "volumes.direct_io", \.volumes.directIO, unit: "auto or off", oneOf: ["auto", "off"],
      "O_DIRECT for large writes, where the file system allows it."),
    .list(
      "volumes.directories", \.volumes.directories, unit: "NAME=DIRECTORY",
      "Volumes beside the one of the data directory, which is called main."),
    .size(
      "objects.inline_threshold", \.objects.inlineThreshold, 0...(64 << 10),
      "Objects up to this size live inside the metadata."),
    .size(
      "reclaim.rate", \.reclaim.rate, 0...(1 << 40),
      "Bytes a second copied out of sparse segments to give their space back; 0 is no limit."),
    .number(
      "reclaim.threshold", \.reclaim.threshold, unit: "percent", 1...99,
      "How much of a segment must be dead for it to be emptied."),
    .duration(
      "reclaim.interval", \.reclaim.interval, .milliseconds(100)...(.seconds(3_600)),
      "How often to look for space to give back."),
    .size(
      "scrub.rate", \.scrub.rate, 0...(1 << 40),
      "Bytes a second that the background scrub reads; 0 turns it off."),
    .duration(
      "scrub.interval", \.scrub.interval, .seconds(60)...(.seconds(366 * 86_400)),
      "From the end of one scrub of everything to the beginning of the next."),
    .duration(
      "lifecycle.day", \.lifecycle.day, .seconds(1)...(.seconds(86_400)),
      "A day of lifecycle rules; less than 24h is for trying rules out, never for data that matters."),
    .duration(
      "lifecycle.interval", \.lifecycle.interval, .milliseconds(100)...(.seconds(3_600)),
      "How often to look for what lifecycle rules have due."),
    .number(
      "lifecycle.rate", \.lifecycle.rate, unit: "keys a second", 0...1_000_000,
      "Keys a second that lifecycle looks at, or indexes for new rules; 0 is no limit."),
    .size(
      "lifecycle.move_rate", \.lifecycle.moveRate, 0...(1 << 40),
      "Bytes a second that lifecycle copies to the volumes of other classes; 0 is no limit."),
    .list(
      "classes.standard_volumes", \.classes.standardVolumes, unit: "names of volumes",
      "Where objects of the class STANDARD are written; empty is the data directory."),
    .list(
      "classes.standard_ia_volumes", \.classes.standardIAVolumes, unit: "names of volumes",
      "The same of the class STANDARD_IA (OSS: IA)."),
    .list(
      "classes.onezone_ia_volumes", \.classes.oneZoneIAVolumes, unit: "names of volumes",
      "The same of the class ONEZONE_IA."),
    .list(
      "classes.intelligent_tiering_volumes", \.classes.intelligentTieringVolumes, unit: "names of volumes",
      "The same of the class INTELLIGENT_TIERING."),
    .list(
      "classes.glacier_ir_volumes", \.classes.glacierIRVolumes, unit: "names of volumes",
      "The same of the class GLACIER_IR."),
    .list(
      "classes.archive_volumes", \.classes.archiveVolumes, unit: "names of volumes",
      "The same of the class Archive of OSS."),
    .list(
      "classes.glacier_volumes", \.classes.glacierVolumes, unit: "names of volumes",
      "The same of the class GLACIER (OSS: ColdArchive)."),
    .list(
      "classes.deep_archive_volumes", \.classes.deepArchiveVolumes, unit: "names of volumes",
      "The same of the class DEEP_ARCHIVE (OSS: DeepColdArchive)."),
    .flag(
      "classes.archive_needs_restore", \.classes.archiveNeedsRestore,
      "Whether objects of OSS's class Archive are read only after they were restored."),
    .duration(
      "classes.archive_delay", \.classes.archiveDelay, .zero...(.seconds(30 * 86_400)),
      "How long a restore from OSS's Archive takes."),
    .flag(
      "classes.glacier_needs_restore", \.classes.glacierNeedsRestore,
      "Whether objects of the class GLACIER (OSS: ColdArchive) are read only after they were restored."),
    .duration(
      "classes.glacier_expedited", \.classes.glacierExpedited, .zero...(.seconds(30 * 86_400)),
      "How long a restore from GLACIER takes with the tier Expedited."),
    .duration(
      "classes.glacier_standard", \.classes.glacierStandard, .zero...(.seconds(30 * 86_400)),
      "The same with the tier Standard."),
    .duration(
      "classes.glacier_bulk", \.classes.glacierBulk, .zero...(.seconds(30 * 86_400)),
      "The same with the tier Bulk."),
    .flag(
      "classes.deep_archive_needs_restore", \.classes.deepArchiveNeedsRestore,
      "Whether objects of the class DEEP_ARCHIVE (OSS: DeepColdArchive) are read only after a restore."
    ),
    .duration(
      "classes.deep_archive_expedited", \.classes.deepArchiveExpedited, .zero...(.seconds(30 * 86_400)),
      "How long a restore from DEEP_ARCHIVE takes with OSS's tier Expedited."),
    .duration(
      "classes.deep_archive_standard", \.classes.deepArchiveStandard, .zero...(.seconds(30 * 86_400)),
      "The same with the tier Standard."),
    .duration(
      "classes.deep_archive_bulk", \.classes.deepArchiveBulk, .zero...(.seconds(30 * 86_400)),
      "The same with S3's tier Bulk."),
    .list(
      "flow.intranet_sources", \.flow.intranetSources, unit: "addresses or blocks",
      "Whose clients are in the intranet, for flow control; all others are in the extranet."),
    .list(
      "flow.intranet_hosts", \.flow.intranetHosts, unit: "ends of host names", lowercased: true,
      "Clients that call the server by such a name are in the intranet, too."),
    .list(
      "flow.intranet_listeners", \.flow.intranetListeners, unit: "addresses",
      "Of listen and tls_listen those that only the intranet can reach."),
    .rate(
      "flow.minimum_bandwidth", \.flow.minimumBandwidth,
      "What OSS's clients must give a bucket group or a requester at least; OSS has 5Gbps, 0 is no such rule."
    ),
    .number(
      "flow.report_threshold", \.flow.reportThreshold, unit: "percent", 1...100,
      "How much of a limit of flow control must be used for an event that reports it."),
    .duration(
      "flow.event_after", \.flow.eventAfter, .seconds(1)...(.seconds(86_400)),
      "How long it must be used, or the limit be reached, without a break; and be below again for the end."),
    .text(
      "notify.source", \.notify.source, unit: "URI reference",
      "What names this server in the events that webhooks get."),
    .duration(
      "notify.timeout", \.notify.timeout, .milliseconds(100)...(.seconds(300)),
      "How long one call of a webhook may take."),
    .number(
      "notify.attempts", \.notify.attempts, 1...100,
      "Calls before an event is given up; with 16, some five hours after the first."),
    .duration(
      "notify.first_delay", \.notify.firstDelay, .milliseconds(10)...(.seconds(3_600)),
      "From the first call that fails to the second; doubled each time, up to an hour."),
    .text(
      "notify.ca_file", \.notify.certificateAuthorities, unit: "path",
      "PEM file of the authorities that https webhooks are verified with; empty: those of the system."),
  ]

  private static let segmentSizes =
    Int(VolumeLimits.segmentSizes.lowerBound)...Int(VolumeLimits.segmentSizes.upperBound)

  /// The setting of that name. - Throws: naming the nearest one.
  package static func named(_ name: String) throws(ConfigurationError) -> Setting {
    if let setting = all.first(where: { $0.name == name }) { return setting }
    let nearest = all.map(\.name).min { distance($0, name) < distance($1, name) } ?? ""
    throw ConfigurationError("unknown setting \"\(name)\"; did you mean \"\(nearest)\"?")
  }

  /// Levenshtein's edit distance, for "did you mean".
  static func distance(_ a: String, _ b: String) -> Int {
    let b = Array(b.utf8)
    var row = Array(0...b.count)
    for (i, x) in a.utf8.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (x == y ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = next
      }
    }
    return row[b.count]
  }
}
