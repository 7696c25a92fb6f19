import Metadata

/// Whether the server should be sent requests.
struct Readiness: Sendable {
  /// What is wrong, in a sentence; nil when ready.
  func problem(_ page: MetricsPage) -> String? {
    let metadata = page.metadata.statistics()
    if metadata.isStopped { return "metadata stopped after a failed write: look at the log, then restart" }
    if metadata.isWriteStopped { return "metadata is behind with compaction: writes wait" }
    return nil
  }
}
