import Access
import Background
import Glibc
import Logging
import Metadata
import Objects
import Primitives
import Ring
import Synchronization

/// `weir fsck --data DIR`: looks at a data directory that no server uses. Opening it does what a start does: it
/// finishes what a crash interrupted.
package enum OfflineCheck {
  /// What came of it, as the admin API would tell.
  package struct Outcome: Sendable {
    package let json: String
    /// Problems that were found, but for those that were set right.
    package let problemsLeft: Int
  }

  /// Looks at everything; `show` is told now and then how far it is (phase, done, total). With `repairs` counts are
  /// set right and rows that nothing leads to are deleted.
  /// - Throws: `ConfigurationError` in a person's words: the directory is in use, or cannot be opened.
  package static func run(
    data: String, readsData: Bool, repairs: Bool, show: @escaping @Sendable (String, UInt64, UInt64) -> Void
  ) throws(ConfigurationError) -> Outcome {
    var configuration = Configuration()
    configuration.data = data
    guard Directory.exists(data + "/FORMAT") else {
      throw ConfigurationError("\(data) is not a data directory of weir")
    }
    try DataDirectory.checkUser(data, command: "weir fsck")
    let directory = try DataDirectory(path: data)
    try StoredData.check(directory)
    // Nobody signs in: the pair that a server takes from its environment is not made up here.
    guard
      let root = try? RootCredentials(accessKeyID: "offline-check", secretAccessKey: "offline-check-secret")
    else {
      throw ConfigurationError("the check cannot begin")
    }
    show("journal", 0, 0)
    // Before the store is opened: where a start finds a hole, it takes a new base.
    let rebuild = MetadataRebuild(source: directory.care, target: directory.metadata).check()
    let sealingKey = try KeyFile.load(path: directory.keyFile, metadata: directory.metadata)
    var logger = Logger(label: "weir") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    let rings: RingGroup
    do throws(IOError) {
      rings = try RingGroup(count: 1, backend: .auto)
    } catch { throw ConfigurationError("the ring cannot start: \(error)") }
    let latch = Latch<Result<Outcome, ConfigurationError>>()
    let (opened, quiet) = (configuration, logger)
    rings.rings[0].spawn {
      do throws(ConfigurationError) {
        let storage = try await StorageStart.open(
          opened, directory, rings, root, sealingKey, quiet, trustsRecords: true)
        let outcome = await check(storage, rebuild, readsData: readsData, repairs: repairs, show: show)
        await storage.close()
        latch.deliver(outcome)
      } catch { latch.deliver(.failure(error)) }
    }
    let outcome = latch.wait()
    rings.shutdown()
    return try outcome.get()
  }

  private static func check(
    _ storage: Storage, _ rebuild: RebuildReport?, readsData: Bool, repairs: Bool,
    show: @escaping @Sendable (String, UInt64, UInt64) -> Void
  ) async -> Result<Outcome, ConfigurationError> {
    let progress = CheckProgress()
    let telling = Ring.current
    telling.spawn {
      while progress.phase.load(ordering: .relaxed) < 3 {
        show(
          AuditText.phase(progress), progress.done.load(ordering: .relaxed),
          progress.total.load(ordering: .relaxed))
        await Ring.current.sleep(for: .milliseconds(200))
      }
    }
    do throws(ObjectError) {
      var report = try await storage.objects.check(
        depth: readsData ? .everything : .ends, repairs: repairs, progress: progress
      ) { _ in }
      if let rebuild {
        report.note(rebuild, remedy: "weir fsck of the server, once it runs, takes a new base: that mends it")
      }
      return .success(
        Outcome(
          json: AuditText.json(report),
          problemsLeft: report.problemCount - (repairs ? report.repairableCount : 0)))
    } catch {
      progress.phase.store(3, ordering: .relaxed)
      return .failure(ConfigurationError("the check could not be ended: \(error)"))
    }
  }
}
