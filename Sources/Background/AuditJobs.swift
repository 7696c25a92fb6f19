package import Logging
package import Objects
package import Primitives
package import Ring
import Volumes

/// Looks at the whole store that a person asked for: `weir scrub` and `weir fsck`. One at a time.
package final class AuditJobs: Sendable {
  /// What is looked at.
  package enum Kind: String, Sendable {
    /// All data, against its checksums.
    case scrub
    /// Metadata and volumes against each other; of each extent its ends.
    case fsck
    /// The same, and all data.
    case fsckWithData = "fsck-with-data"
  }

  package enum State: Sendable {
    case running
    case done(CheckReport)
    case failed(String)
    case cancelled
  }

  /// A job, as far as it is.
  package struct Job: Sendable {
    package let kind: Kind
    package let started: Timestamp
    package let progress: CheckProgress
    package internal(set) var state = State.running
    fileprivate let cancelling = Stopping()
  }

  private let objects: ObjectStore
  private let share: BackgroundShare?
  private let logger: Logger
  private let checkAlso: @Sendable (inout CheckReport) async -> Void
  private let stopping = Stopping()
  private let last = Locked<Job?>(nil)

  /// `checkAlso` adds to the report of an fsck what it finds beside the objects.
  package init(
    objects: ObjectStore, share: BackgroundShare? = nil, logger: Logger,
    checkAlso: @escaping @Sendable (inout CheckReport) async -> Void
  ) {
    self.objects = objects
    self.share = share
    self.logger = logger
    self.checkAlso = checkAlso
  }

  /// The job that runs, or ran last; nil when there was none.
  package var job: Job? { last.withLock { $0 } }

  /// Begins a job on `ring` that reads `rate` bytes a second at most (0: no limit). False: one is running.
  package func start(_ kind: Kind, rate: UInt64, on ring: Ring) -> Bool {
    let job = Job(kind: kind, started: Timestamp.now(), progress: CheckProgress())
    let isFree = last.withLock { last -> Bool in
      if case .running = last?.state { return false }
      last = job
      return true
    }
    guard isFree else { return false }
    stopping.run(on: ring) { [self] in
      let state = await run(job, rate: rate)
      last.withLock { $0?.state = state }
    }
    return true
  }

  /// Ends the job that runs, soon.
  package func cancel() {
    guard let job else { return }
    job.cancelling.request()
    job.progress.cancel()
  }

  /// Ends what runs: returns when it has. On a ring.
  package func stop() async {
    cancel()
    await stopping.stop()
  }

  private func run(_ job: Job, rate: UInt64) async -> State {
    let pace = Pace(rate: rate, share: share)
    let cancelling = job.cancelling
    do throws(ObjectError) {
      let report = try await report(job) { (bytes) async throws(ObjectError) in
        await pace.wait(for: bytes, unless: { cancelling.isRequested })
        if cancelling.isRequested { throw .storage(StorageFailure(.closed, "cancelled")) }
      }
      return .done(report)
    } catch {
      if cancelling.isRequested { return .cancelled }
      logger.error("\(job.kind.rawValue) failed", metadata: ["error": "\(error)"])
      return .failed("\(error)")
    }
  }

  private func report(
    _ job: Job, _ pace: @escaping @Sendable (UInt64) async throws(ObjectError) -> Void
  ) async throws(ObjectError) -> CheckReport {
    var report: CheckReport
    switch job.kind {
    case .scrub: report = try await objects.scrubAll(progress: job.progress, pace: pace)
    case .fsck, .fsckWithData:
      report = try await objects.check(
        depth: job.kind == .fsck ? .ends : .everything, progress: job.progress, pace: pace)
      await checkAlso(&report)
    }
    for problem in report.problems {
      var failure = StorageFailure(.damaged, problem.message)
      failure.subject = problem.subject
      failure.place = problem.place
      logger.log(damage: failure, foundBy: job.kind.rawValue)
    }
    return report
  }
}
