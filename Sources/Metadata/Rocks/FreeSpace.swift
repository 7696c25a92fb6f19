/// Refuses groups while the file system is nearly full: a refusal in time can be got over, a write that
/// fails half-way stops the store.
final class FreeSpace: Sendable {
  private let path: String
  private let reserve: UInt64
  private let last = Guarded(Look())

  private struct Look {
    var at: UInt64 = 0
    var isShort = false
  }

  /// How long an answer of the file system is good for.
  private static let holdNanoseconds: UInt64 = 200_000_000

  init(path: String, reserve: UInt64) {
    self.path = path
    self.reserve = reserve
  }

  func refusal() -> MetadataError? {
    let isShort = last.withLock { look in
      let now = MonotonicClock.nanoseconds()
      guard look.at == 0 || now &- look.at > Self.holdNanoseconds else { return look.isShort }
      look.at = now
      look.isShort = RocksDirectory.freeBytes(path).map { $0 < reserve } ?? false
      return look.isShort
    }
    guard isShort else { return nil }
    return MetadataError(.full, "less than \(reserve) bytes are free where the metadata lies")
  }
}
