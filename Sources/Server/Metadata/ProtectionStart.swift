import Logging
import Metadata
import Primitives
import Ring

/// Begins journal and backups of the metadata, as configured.
enum ProtectionStart {
  static func begin(
    _ configuration: Configuration, _ directory: DataDirectory, _ metadata: RocksMetadata, _ rings: RingGroup,
    _ logger: Logger
  ) async throws(ConfigurationError) {
    let options = options(configuration, directory, logger)
    let result = await rings.blocking.run { () -> Result<Void, MetadataError> in
      do throws(MetadataError) {
        try metadata.protect(options)
        if options.journal != nil {
          try Companion.copy(directory.keyFile, to: directory.care + "/" + Companion.name)
        }
        return .success(())
      } catch { return .failure(error) }
    }
    do throws(MetadataError) { try result.get() } catch {
      if error.code == .stale {
        throw ConfigurationError("the metadata in \(directory.metadata) is not the newest: \(error.message)")
      }
      throw ConfigurationError("the metadata journal in \(directory.care) cannot be opened: \(error.message)")
    }
  }

  private static func options(
    _ configuration: Configuration, _ directory: DataDirectory, _ logger: Logger
  ) -> MetadataProtection {
    let settings = configuration.metadata
    var options = MetadataProtection()
    if settings.journal {
      var journal = JournalOptions(directory: directory.care)
      journal.syncNanoseconds = nanoseconds(settings.journalInterval)
      options.journal = journal
    }
    if !settings.backupDirectory.isEmpty {
      options.schedule = BackupSchedule(
        directory: BackupDirectory(settings.backupDirectory),
        intervalNanoseconds: nanoseconds(settings.backupInterval), keep: settings.backupKeep)
    }
    options.companion = directory.keyFile
    options.acceptsOlder = settings.acceptDamagedLog
    options.report = { notice in
      if notice.isProblem {
        logger.error("\(notice.text)")
      } else {
        logger.notice("\(notice.text)")
      }
    }
    return options
  }

  private static func nanoseconds(_ duration: Duration) -> UInt64 {
    let (seconds, attoseconds) = duration.components
    return UInt64(max(0, seconds)) * 1_000_000_000 + UInt64(max(0, attoseconds)) / 1_000_000_000
  }
}
