import Metadata
import Primitives
import Synchronization

/// Backups that were asked for over the admin API: begun at once, asked about until they end.
final class BackupJobs: Sendable {
  private let jobs = Mutex(Jobs())

  private struct Jobs {
    var last = 0
    var states: [Int: State] = [:]
  }

  enum State {
    case running
    case done(MetadataBackup)
    case failed(String)
  }

  /// Jobs that are remembered once they have ended.
  private static let limit = 64

  /// A new job that is running.
  func begin() -> Int {
    jobs.withLock { jobs in
      jobs.last += 1
      jobs.states[jobs.last] = .running
      jobs.states[jobs.last - Self.limit] = nil
      return jobs.last
    }
  }

  func end(_ job: Int, _ result: Result<MetadataBackup, MetadataError>) {
    jobs.withLock { jobs in
      guard jobs.states[job] != nil else { return }
      switch result {
      case .success(let backup): jobs.states[job] = .done(backup)
      case .failure(let error): jobs.states[job] = .failed(error.message)
      }
    }
  }

  /// Nil for a job that nobody remembers.
  func state(_ job: Int) -> State? { jobs.withLock { $0.states[job] } }
}
