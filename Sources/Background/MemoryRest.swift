/// When a process at rest gives memory back: after so many looks that saw no request, and after each further so many
/// if it has grown by then.
package struct MemoryRest {
  private var activity: UInt64
  private var quietLooks = 0
  /// The least memory seen since it was last given back; nil when nothing has been in this rest.
  private var floor: UInt64?

  /// How often one looks for requests within the time that makes a rest.
  package static let looks = 10
  /// Bytes of growth that are worth another release.
  package static let growth: UInt64 = 16 << 20

  /// - Parameter activity: the number of requests at the beginning.
  package init(activity: UInt64) { self.activity = activity }

  /// Looks once.
  /// - Parameters:
  ///   - now: a number that moves with every request.
  ///   - bytes: resident memory.
  /// - Returns: whether memory is to be given back now.
  package mutating func isReleaseDue(activity now: UInt64, bytes: UInt64) -> Bool {
    guard now == activity else {
      activity = now
      quietLooks = 0
      floor = nil
      return false
    }
    quietLooks += 1
    if let floor { self.floor = min(floor, bytes) }
    guard quietLooks >= Self.looks else { return false }
    quietLooks = 0
    guard let floor else { return true }
    return bytes >= floor + Self.growth
  }

  /// Memory was given back, down to `bytes` resident.
  package mutating func released(to bytes: UInt64) { floor = bytes }
}
