import Metadata
import Volumes

/// Whether the server should be sent requests.
struct Readiness: Sendable {
  /// What `/readyz` answers.
  struct Answer: Hashable, Sendable {
    let isReady: Bool
    /// One sentence a line for a person.
    let text: String
  }

  /// Not ready: what only a restart mends, though reads go on. Ready with a warning: what passes by itself.
  func answer(_ metadata: MetadataStatistics, _ volumes: VolumeStatistics) -> Answer {
    var problems: [String] = []
    if metadata.isStopped {
      problems.append("metadata stopped after a failed write: look at the log, then restart")
    }
    if metadata.isWriteStopped { problems.append("metadata is behind with compaction: writes wait") }
    if let reason = volumes.readOnlyReason {
      problems.append("only reads and deletes go on: \(reason): look at the disk, then restart")
    }
    if !problems.isEmpty { return Answer(isReady: false, text: problems.joined(separator: "\n")) }
    if let reason = metadata.freeRefusal {
      return Answer(isReady: true, text: "ready, but only reads go on: \(reason)")
    }
    if let reason = metadata.keepRefusal {
      return Answer(isReady: true, text: "ready, but only reads and deletes go on: \(reason)")
    }
    return Answer(isReady: true, text: "ready")
  }
}
