package import Ring
import Synchronization

/// An HTTP/1.1 server on all rings of a group: a listener of its own on each (SO_REUSEPORT), so that a connection
/// belongs to one ring from accept to close.
package struct HTTPServer: Sendable {
  /// What has been counted.
  package let metrics: HTTPMetrics
  private let state: State

  private final class State: Sendable {
    let shards: [ServerShard]
    let listeners = Mutex<[Listener]>([])
    let census: ConnectionCensus

    init(shards: [ServerShard], census: ConnectionCensus) {
      self.shards = shards
      self.census = census
    }
  }

  /// A server that has not listened yet. What its connections and requests hold is claimed of `memory`.
  package init(
    configuration: HTTPServerConfiguration, handler: any HTTPHandler, rings: RingGroup,
    memory: MemoryBudget = .unlimited
  ) {
    let metrics = HTTPMetrics(rings: rings.rings.count)
    let census = ConnectionCensus()
    self.metrics = metrics
    let shards = zip(rings.rings, metrics.rings).map { ring, counters in
      ServerShard(
        ring: ring, configuration: configuration, handler: handler, counters: counters, census: census,
        memory: memory)
    }
    state = State(shards: shards, census: census)
  }

  /// Connections being served now, on all listeners.
  package var connectionCount: Int { state.census.count }

  /// Listens on `address` on every ring, with TLS if there is a context for it. Returns the address with the port that
  /// was bound. `name` is what handlers see as `listenerName`. Throws the error of bind or listen.
  package func listen(
    _ address: SocketAddress, tls: TLSContext? = nil, name: String = "http"
  ) throws(IOError) -> SocketAddress {
    var bound = address
    var opened: [Listener] = []
    for _ in state.shards {
      do throws(IOError) {
        let listener = try Listener(address: bound, sharing: opened.isEmpty ? .first : .further)
        // The first binds the port that the others share, should it be 0.
        bound = listener.address
        opened.append(listener)
      } catch {
        for listener in opened { listener.close() }
        throw error
      }
    }
    let door = Door(name: name, address: bound, tls: tls)
    for (shard, listener) in zip(state.shards, opened) {
      shard.ring.spawn { await shard.accept(from: listener, door) }
    }
    state.listeners.withLock { $0 += opened }
    return bound
  }

  /// Stops accepting, closes idle connections, lets the others finish the request they are at, and cuts what is left
  /// after `timeout`. Returns when every connection is gone or was cut.
  package func drain(timeout: Duration) async {
    let listeners = state.listeners.withLock { listeners in
      defer { listeners = [] }
      return listeners
    }
    for listener in listeners { listener.close() }
    let deadline = Instant.now().advanced(by: timeout)
    for shard in state.shards { await shard.ring.run { shard.beginDrain() } }
    for shard in state.shards { await shard.ring.run { await shard.finishDrain(by: deadline) } }
  }
}
