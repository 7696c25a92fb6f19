import Ring

package final class TLSContext: Sendable {
  func accept(_ socket: Socket, _ shard: ServerShard) async -> TLSStream? { nil }
}
