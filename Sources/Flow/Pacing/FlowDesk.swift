import Ring
import Synchronization

/// One ring's access to flow control: the paths that its requests have lately gone, and the tasks that wait.
// SAFETY: touched on its own ring only.
package final class FlowDesk: @unchecked Sendable {
  /// A path that a request has gone.
  private struct Entry {
    let user: AnyObject
    let path: FlowPath
  }

  private static let entriesMax = 1024
  /// Nanoseconds between two looks at what has been granted, while tasks wait.
  private static let interval: UInt64 = 2_000_000

  private let table: FlowTable
  private let ring: Ring
  private var entries = [Entry?](repeating: nil, count: entriesMax)
  /// Cells that tasks wait at.
  private var waiting: [FlowCell] = []
  private var isLooking = false
  private var backgroundPath: FlowPath?

  init(_ table: FlowTable, ring: Ring) {
    self.table = table
    self.ring = ring
  }

  /// The path of a request. `user` is the object that stands for the user, `id` its id.
  package func path(
    bucket: UInt64?, named name: @autoclosure () -> String, user: AnyObject, id: String, network: Network
  ) -> FlowPath {
    var hash = UInt(bitPattern: ObjectIdentifier(user)) ^ UInt(truncatingIfNeeded: bucket ?? 0)
    hash = (hash ^ (hash >> 17)) &* 0x9E37_79B9_7F4A_7C15 &+ UInt(network.rawValue)
    let slot = Int(hash >> 32) & (Self.entriesMax - 1)
    if let entry = entries[slot], entry.user === user, entry.path.bucket == bucket,
      entry.path.network == network, entry.path.generation == table.generation
    {
      return entry.path
    }
    let path = table.path(bucket: bucket, named: name(), user: id, network: network)
    entries[slot] = Entry(user: user, path: path)
    return path
  }

  /// The path of what the server does by itself.
  func pathOfBackground() -> FlowPath {
    if let path = backgroundPath, path.generation == table.generation { return path }
    let path = table.path(
      bucket: nil, named: "", user: FlowConfiguration.backgroundUser, network: .extranet)
    backgroundPath = path
    return path
  }

  /// How many of `count` bytes, more than 0, to move at a time.
  package func piece(of count: Int, _ direction: Direction, _ path: FlowPath) -> Int {
    path.cell(direction, ring: ring.index).piece(of: count)
  }

  /// How many of `count` bytes, more than 0, to ask for at a time where they need not move evenly: enough to wait for
  /// that a ring that wakes late loses nothing.
  func batch(of count: Int, _ direction: Direction, _ path: FlowPath) -> Int {
    path.cell(direction, ring: ring.index).batch(of: count)
  }

  /// Takes `count` bytes; nil when they may move at once, else a ticket to `wait` for.
  package func take(_ count: Int, _ direction: Direction, _ path: FlowPath) -> UInt64? {
    path.cell(direction, ring: ring.index).take(count)
  }

  /// Counts bytes that nobody had to wait for.
  package func note(_ count: UInt64, _ direction: Direction, _ path: FlowPath) {
    if count > 0 { _ = path.cell(direction, ring: ring.index).take(Int(clamping: count)) }
  }

  /// Gives back bytes that were taken and will not move.
  package func giveBack(_ count: Int, _ direction: Direction, _ path: FlowPath) {
    path.cell(direction, ring: ring.index).giveBack(count)
  }

  /// Waits until the bytes of a ticket may move; also ends when the ring stops.
  ///
  /// - Returns: nanoseconds waited.
  package func wait(for ticket: UInt64, _ direction: Direction, _ path: FlowPath) async -> UInt64 {
    let start = Instant.now()
    let cell = path.cell(direction, ring: ring.index)
    if ring.isStopping { return 0 }
    prepare(cell, path)
    await cell.queue.wait(for: ticket)
    let waited = Instant.now().nanoseconds &- start.nanoseconds
    cell.delay.add(waited, ordering: .relaxed)
    return waited
  }

  private func prepare(_ cell: FlowCell, _ path: FlowPath) {
    if cell.queue.isEmpty { waiting.append(cell) }
    table.engine.activate(path)
    if isLooking { return }
    isLooking = true
    ring.spawn { await self.look() }
  }

  /// Looks at what has been granted, and makes grants where they are due, while there are tasks that wait.
  private func look() async {
    while true {
      let now = Instant.now()
      table.engine.allocateIfDue(now)
      waiting.removeAll { $0.release() }
      if ring.isStopping {
        for cell in waiting { cell.queue.release(upTo: .max) }
        waiting.removeAll()
      }
      if waiting.isEmpty { break }
      let due = Instant(nanoseconds: now.nanoseconds &+ Self.interval)
      await ring.sleep(until: due)
      let woken = Instant.now()
      if woken > due { table.engine.noteLate(woken.nanoseconds - due.nanoseconds) }
    }
    isLooking = false
  }
}
