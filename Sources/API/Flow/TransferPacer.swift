import Access
import Flow
import Objects
import Primitives
import Ring

/// What slows the bodies of one request down: its flow, once anything is configured, and the rate that it asks for
/// itself. Of one request; confined to its ring.
package final class TransferPacer {
  /// Bodies from this size on have one, in case something is configured while they move. In bytes.
  static let longBody: UInt64 = 1 << 20
  /// Bytes of a body of unknown length that are asked for at a time.
  private static let unknownPiece = 64 << 10

  private let control: FlowControl
  private let identity: Identity
  private let bucket: BucketInfo?
  private let network: Network
  private var path: FlowPath?
  private var pace: ConnectionPace?
  /// Bytes that have been admitted for the body being received, and have not come.
  private var ready = 0
  /// Bytes of the body being received that are still to come; nil where nobody knows.
  private var expected: UInt64?
  /// Nanoseconds that it has waited.
  private(set) var delay: UInt64 = 0

  init(
    _ control: FlowControl, _ identity: Identity, bucket: BucketInfo?, network: Network, path: FlowPath?,
    pace: ConnectionPace?
  ) {
    self.control = control
    self.identity = identity
    self.bucket = bucket
    self.network = network
    self.path = path
    self.pace = pace
  }

  /// Waits until some of `count` bytes, more than 0, may move; how many. 0: they must not, any more.
  func admit(_ count: Int, _ direction: Direction) async -> Int {
    guard let piece = piece(of: count, direction) else { return 0 }
    return await admitAll(piece, direction) ? piece : 0
  }

  /// Waits until `count` bytes, more than 0, may all move. False: they must not, any more.
  func admitAll(_ count: Int, _ direction: Direction) async -> Bool {
    if let path, let ticket = control.desk.take(count, direction, path) {
      delay += await control.desk.wait(for: ticket, direction, path)
      if path.isForbidden(direction) { return false }
    }
    let now = Instant.now()
    if let due = pace?.take(count, now), due > now {
      delay += due.nanoseconds - now.nanoseconds
      await Ring.current.sleep(until: due)
    }
    return true
  }

  /// How many of `count` bytes to move at a time; nil where the traffic is forbidden.
  private func piece(of count: Int, _ direction: Direction) -> Int? {
    if path == nil, control.isConfigured {
      path = control.desk.path(
        bucket: bucket?.id, named: bucket?.name.string ?? "", user: identity, id: identity.id,
        network: network)
    }
    var piece = count
    if let path {
      if path.isForbidden(direction) { return nil }
      piece = control.desk.piece(of: piece, direction, path)
    }
    if let pace { piece = pace.piece(of: piece) }
    return piece
  }

  // MARK: Uploads

  /// Says how many bytes of a body will be received; nil where nobody knows.
  func expect(_ length: UInt64?) { expected = length }

  /// Waits until some of `room` bytes may be received; how many. 0: they must not, any more.
  func mayReceive(_ room: Int) async -> Int {
    if ready > 0 { return min(ready, room) }
    // The end is waited for by nobody.
    if expected == 0 { return room }
    ready = await admit(Int(clamping: min(UInt64(room), expected ?? UInt64(Self.unknownPiece))), .upload)
    return ready
  }

  /// Notes bytes that came.
  func received(_ count: Int) {
    ready = max(0, ready - count)
    if let left = expected { expected = left - min(left, UInt64(count)) }
  }

  /// Gives back what has been admitted and did not come. Once, when the request is over.
  func finish() {
    if let path, ready > 0 { control.desk.giveBack(ready, .upload, path) }
    ready = 0
  }

  // MARK: What the client is told

  /// Nanoseconds that a body of `length` bytes will presumably be held back.
  func expectedDelay(_ length: UInt64, _ direction: Direction) -> UInt64 {
    max(pace?.duration(of: length) ?? 0, path?.expectedDelay(of: length, direction) ?? 0)
  }
}
