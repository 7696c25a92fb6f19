import Primitives
import Ring
import Synchronization

@testable import Flow

/// Clients whose connections take turns with an allocator, on a clock that goes on by milliseconds.
final class SimulatedTraffic {
  /// Connections of one user at one bucket on one ring.
  final class Client {
    let path: FlowPath
    let direction: Direction
    let ring: Int
    /// Bytes of an object: no piece is longer.
    let objectBytes: Int
    /// Bytes each second that it wants; nil for as many as it gets.
    var rate: Double?
    var moved: [Int] = [0]
    fileprivate var tickets: [(bytes: Int, ticket: UInt64)?]
    fileprivate var allowance = 0.0

    init(
      _ path: FlowPath, _ direction: Direction, connections: Int, ring: Int, objectBytes: Int, rate: Double?
    ) {
      self.path = path
      self.direction = direction
      self.ring = ring
      self.objectBytes = objectBytes
      self.rate = rate
      tickets = Array(repeating: nil, count: connections)
    }

    /// Bytes moved so far.
    var total: Int { moved.reduce(0, +) }
  }

  let table: FlowTable
  var clients: [Client] = []
  /// Nanoseconds.
  var time: UInt64 = 1_000_000_000
  /// Milliseconds that the machine sleeps between two turns, one after the other and again; empty: it is always awake.
  var naps: [Int] = []
  private var slept = 2
  private var wakes: UInt64 = 0
  private let rings: Int

  init(_ configuration: FlowConfiguration, rings: Int = 1) {
    table = FlowTable(configuration, rings: rings)
    table.engine.countsCost = false
    self.rings = rings
  }

  /// Adds the connections of a user, dealt out to all rings.
  @discardableResult
  func add(
    bucket: UInt64?, user: String, _ direction: Direction = .download, connections: Int,
    objectBytes: Int = 1 << 30, rate: Double? = nil
  ) -> [Client] {
    let path = table.path(
      bucket: bucket, named: bucket.map { "b\($0)" } ?? "", user: user, network: .extranet)
    let added = (0..<rings).compactMap { ring -> Client? in
      let count = connections / rings + (ring < connections % rings ? 1 : 0)
      guard count > 0 else { return nil }
      return Client(path, direction, connections: count, ring: ring, objectBytes: objectBytes, rate: rate)
    }
    clients += added
    return added
  }

  /// Lets so many milliseconds pass. Each second is counted by itself.
  func run(milliseconds: Int) {
    for _ in 0..<milliseconds {
      time += 1_000_000
      if time % 1_000_000_000 == 0 { for client in clients { client.moved.append(0) } }
      guard time >= wakes else { continue }
      nap()
      for client in clients { turn(client) }
      table.engine.allocateIfDue(Instant(nanoseconds: time))
      // Nobody goes on before the machine wakes again.
      if !naps.isEmpty { for client in clients { turn(client) } }
    }
  }

  /// Sleeps, and says by how much longer than the two milliseconds that rings want to.
  private func nap() {
    guard let length = naps.first else { return }
    naps.append(naps.removeFirst())
    table.engine.noteLate(UInt64(max(0, slept - 2)) * 1_000_000)
    slept = length
    wakes = time + UInt64(length) * 1_000_000
  }

  /// All that the connections of a client can do at this moment; none moves more than 4 MiB in a millisecond.
  private func turn(_ client: Client) {
    let cell = client.path.cell(client.direction, ring: client.ring)
    if let rate = client.rate { client.allowance = min(client.allowance + rate / 1000, rate / 20) }
    for index in client.tickets.indices {
      var budget = 4 << 20
      while budget > 0 {
        if let waiting = client.tickets[index] {
          guard waiting.ticket <= cell.granted.load(ordering: .relaxed) else { break }
          client.moved[client.moved.count - 1] += waiting.bytes
          budget -= waiting.bytes
          client.tickets[index] = nil
        }
        var wanted = client.objectBytes
        if client.rate != nil {
          wanted = min(wanted, Int(client.allowance))
          guard wanted > 0 else { break }
        }
        let piece = cell.piece(of: wanted)
        if client.rate != nil { client.allowance -= Double(piece) }
        if let ticket = cell.take(piece) {
          client.tickets[index] = (piece, ticket)
          table.engine.activate(client.path)
        } else {
          client.moved[client.moved.count - 1] += piece
          budget -= piece
        }
      }
    }
  }
}

extension FlowConfiguration {
  /// After some edits that are right.
  func after(_ edits: FlowEdit...) throws -> FlowConfiguration {
    var configuration = self
    for edit in edits { configuration = try configuration.applying(edit).0 }
    return configuration
  }

  /// A pool with buckets 1 to `buckets`.
  static func pool(_ settings: NodeSettings, buckets: UInt64 = 1) throws -> FlowConfiguration {
    var configuration = try FlowConfiguration().after(
      .createPool("pool", settings, at: Timestamp(seconds: 0)))
    for bucket in 1...buckets {
      configuration = try configuration.after(
        .place(bucket: bucket, name: "b\(bucket)", pool: "pool", group: nil, at: Timestamp(seconds: 0)))
    }
    return configuration
  }
}

extension NodeSettings {
  /// The same cap for uploads and downloads, and what else is wanted.
  static func cap(_ rate: UInt64?, guarantee: UInt64? = nil, priority: UInt8? = nil, weight: UInt32? = nil)
    -> NodeSettings
  {
    var settings = NodeSettings()
    for direction in Direction.allCases {
      settings.caps[direction, .total] = rate
      settings.guarantees[direction, .total] = guarantee
    }
    settings.priority = priority
    settings.weight = weight
    return settings
  }
}
