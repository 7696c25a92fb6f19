import API
import Ring

/// What `/metrics` shows of one operation.
struct OperationFigures: Sendable {
  /// Upper bounds of the latency buckets, in nanoseconds; a last one without bound follows.
  static let bounds: [UInt64] = [
    500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000, 250_000_000,
    500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000,
  ]

  /// By HTTP status; 0 is a request that could not be answered.
  var byStatus: [Int: UInt64] = [:]
  var bytesIn: UInt64 = 0
  var bytesOut: UInt64 = 0
  var nanoseconds: UInt64 = 0
  /// Requests by latency bucket, not cumulative.
  var buckets = [UInt64](repeating: 0, count: OperationFigures.bounds.count + 1)

  mutating func add(_ other: OperationFigures) {
    byStatus.merge(other.byStatus) { $0 &+ $1 }
    bytesIn &+= other.bytesIn
    bytesOut &+= other.bytesOut
    nanoseconds &+= other.nanoseconds
    for index in buckets.indices { buckets[index] &+= other.buckets[index] }
  }
}

/// Counts finished requests by operation. Each ring counts for itself, without atomics; a reader visits the
/// rings one after another.
final class OperationMetrics: Sendable {
  /// The figures of one ring, by spec; nil is what matched none.
  ///
  /// SAFETY (of the unchecked conformance): touched on its own ring only.
  private final class Share: @unchecked Sendable {
    var figures: [ObjectIdentifier?: (name: String, figures: OperationFigures)] = [:]
  }

  /// The label of requests that matched no operation.
  static let unmatched = "Unmatched"
  private let rings: [Ring]
  private let shares: [Share]

  init(rings: [Ring]) {
    self.rings = rings
    shares = rings.map { _ in Share() }
  }

  /// Counts one request, on the ring that served it.
  func count(_ request: APIRequest) {
    let outcome = request.outcome
    let spec = request.spec
    let spent = (outcome.finished?.nanoseconds ?? 0) &- request.started.nanoseconds
    let share = shares[Ring.current.index]
    share.figures[
      spec.map(ObjectIdentifier.init), default: (spec?.name ?? Self.unmatched, OperationFigures())
    ].figures.count(
      status: outcome.status, bytesIn: outcome.bytesIn, bytesOut: outcome.bytesOut, nanoseconds: spent)
  }

  /// The sum over all rings, by operation name.
  func figures() async -> [(name: String, figures: OperationFigures)] {
    var sum: [String: OperationFigures] = [:]
    for (ring, share) in zip(rings, shares) {
      let part = await ring.run { share.figures }
      for (name, figures) in part.values { sum[name, default: OperationFigures()].add(figures) }
    }
    return sum.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

extension OperationFigures {
  fileprivate mutating func count(status: Int, bytesIn: UInt64, bytesOut: UInt64, nanoseconds: UInt64) {
    byStatus[status, default: 0] &+= 1
    self.bytesIn &+= bytesIn
    self.bytesOut &+= bytesOut
    self.nanoseconds &+= nanoseconds
    let bucket =
      OperationFigures.bounds.firstIndex { nanoseconds <= $0 } ?? OperationFigures.bounds.count
    buckets[bucket] &+= 1
  }
}
