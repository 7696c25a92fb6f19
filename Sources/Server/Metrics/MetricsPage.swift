import Background
import Flow
import HTTP
import Metadata
import Objects
import Ring
import Volumes

/// Everything that `/metrics` shows, gathered anew for each page.
struct MetricsPage: Sendable {
  let rings: RingGroup
  let http: HTTPMetrics
  let memory: MemoryBudget
  let metadata: any MetadataStore
  let volumes: VolumeSet
  let background: BackgroundWork
  let operations: OperationMetrics
  let failures: StorageFailureLog
  let flow: FlowControl
  /// The logs that are kept, by the name of their kind.
  let logs: [(name: String, sink: LineSink)]

  /// The page in Prometheus's text format.
  func text() async -> [UInt8] {
    var text = MetricsText()
    MetricsPage.write(await operations.figures(), to: &text)
    write(failures, to: &text)
    write(http, to: &text)
    write(rings, to: &text)
    write(memory, to: &text)
    let figures = metadata.statistics()
    MetricsPage.write(figures, to: &text)
    if let protection = figures.protection { MetricsPage.write(protection, to: &text) }
    let volumes = volumes
    MetricsPage.write(await rings.blocking.run { volumes.statistics() }, to: &text)
    MetricsPage.write(
      await rings.blocking.run { volumes.members.map { ($0.name, $0.state, $0.store.statistics()) } },
      to: &text)
    MetricsPage.write(background.reclaimer.statistics, to: &text)
    text.single(
      "weir_reclaim_held", .gauge, "1 while no space is given back after a restore.",
      UInt64(background.isReclaimHeld ? 1 : 0))
    MetricsPage.write(background.scrubber.statistics, to: &text)
    MetricsPage.write(background.purger.statistics, to: &text)
    MetricsPage.write(background.restores.statistics, to: &text)
    MetricsPage.write(background.lifecycle.statistics, to: &text)
    MetricsPage.write(background.uploads.census, to: &text)
    MetricsPage.write(flow.count(), to: &text)
    MetricsPage.write(background.flow.log, to: &text)
    MetricsPage.write(background.delivery.outbox, to: &text)
    text.family("weir_log_dropped_lines_total", .counter, "Log lines that nothing took.")
    for (name, sink) in logs {
      text.sample("weir_log_dropped_lines_total", [("log", name)], UInt64(sink.droppedLines))
    }
    ProcessFigures.write(background.idleMemory, to: &text)
    return text.bytes
  }

  private static func write(
    _ operations: [(name: String, figures: OperationFigures)], to text: inout MetricsText
  ) {
    text.family("weir_requests_total", .counter, "Requests by operation and HTTP status (0: not answered).")
    for (name, figures) in operations {
      for (status, count) in figures.byStatus.sorted(by: { $0.key < $1.key }) {
        text.sample("weir_requests_total", [("operation", name), ("code", "\(status)")], count)
      }
    }
    text.family("weir_request_body_bytes_total", .counter, "Request body bytes by operation.")
    for (name, figures) in operations {
      text.sample("weir_request_body_bytes_total", [("operation", name)], figures.bytesIn)
    }
    text.family("weir_response_body_bytes_total", .counter, "Response body bytes by operation.")
    for (name, figures) in operations {
      text.sample("weir_response_body_bytes_total", [("operation", name)], figures.bytesOut)
    }
    text.family("weir_request_seconds", .histogram, "From the head's arrival to the last byte sent.")
    for (name, figures) in operations {
      var below: UInt64 = 0
      for (bound, count) in zip(OperationFigures.bounds, figures.buckets) {
        below &+= count
        text.sample(
          "weir_request_seconds_bucket", [("operation", name), ("le", "\(Double(bound) / 1e9)")], below)
      }
      let all = figures.buckets.reduce(0, &+)
      text.sample("weir_request_seconds_bucket", [("operation", name), ("le", "+Inf")], all)
      text.sample("weir_request_seconds_sum", [("operation", name)], Double(figures.nanoseconds) / 1e9)
      text.sample("weir_request_seconds_count", [("operation", name)], all)
    }
  }

  private func write(_ failures: StorageFailureLog, to text: inout MetricsText) {
    text.family("weir_storage_failures_total", .counter, "Requests that the storage failed, by kind.")
    for (kind, count) in failures.figures() {
      text.sample("weir_storage_failures_total", [("kind", kind.rawValue)], count)
    }
  }

  private func write(_ http: HTTPMetrics, to text: inout MetricsText) {
    text.single("weir_http_connections", .gauge, "Open client connections.", UInt64(http.openConnections))
    let counters: [(String, String, (HTTPCounters) -> Counter)] = [
      ("weir_http_accepted_total", "Connections accepted.", { $0.accepted }),
      ("weir_http_refused_total", "Connections turned away at the limit.", { $0.refused }),
      ("weir_http_accept_failures_total", "Times that accepting failed.", { $0.acceptFailures }),
      ("weir_http_requests_total", "Requests handed to the API.", { $0.requests }),
      ("weir_http_received_bytes_total", "Bytes received, after decryption.", { $0.bytesIn }),
      ("weir_http_sent_bytes_total", "Bytes sent, before encryption.", { $0.bytesOut }),
      ("weir_http_malformed_bodies_total", "Bodies whose chunks were broken.", { $0.malformedBodies }),
      ("weir_http_cut_responses_total", "Responses given up before their end.", { $0.cutResponses }),
      ("weir_http_unanswered_total", "Requests left without an answer.", { $0.unanswered }),
      ("weir_tls_handshakes_total", "TLS handshakes completed.", { $0.handshakes }),
      ("weir_tls_failed_handshakes_total", "TLS handshakes that failed.", { $0.failedHandshakes }),
    ]
    for (name, help, counter) in counters { text.single(name, .counter, help, http.total(counter)) }
    text.family("weir_http_problems_total", .counter, "Malformed requests by reason.")
    for problem in RequestProblem.allCases {
      text.sample("weir_http_problems_total", [("reason", problem.rawValue)], http.total(of: problem))
    }
    text.family("weir_http_timeouts_total", .counter, "Timeouts by kind.")
    for kind in TimeoutKind.allCases {
      text.sample("weir_http_timeouts_total", [("kind", kind.rawValue)], http.total(of: kind))
    }
  }

  private func write(_ memory: MemoryBudget, to text: inout MetricsText) {
    for (name, help, bytes) in [
      ("weir_memory_limit_bytes", "What clients may make the server hold.", memory.limit),
      ("weir_memory_claimed_bytes", "What they make it hold now, at most.", memory.used),
      ("weir_memory_peak_bytes", "The most that they made it hold since the start.", memory.peak),
    ] {
      text.single(name, .gauge, help, UInt64(max(0, bytes)))
    }
    text.family("weir_memory_refusals_total", .counter, "What was refused for want of memory.")
    for purpose in MemoryBudget.Purpose.allCases {
      text.sample("weir_memory_refusals_total", [("for", purpose.rawValue)], memory.refused(purpose))
    }
  }

  private func write(_ group: RingGroup, to text: inout MetricsText) {
    let counters: [(String, MetricsText.Kind, String, (RingStatistics) -> UInt64)] = [
      ("weir_ring_turns_total", .counter, "Turns of the event loop.", { $0.turns.current }),
      ("weir_ring_enters_total", .counter, "Times the kernel was entered.", { $0.enters.current }),
      ("weir_ring_wakes_total", .counter, "Wakes by other threads.", { $0.wakes.current }),
      ("weir_ring_operations_total", .counter, "Operations submitted.", { $0.submitted }),
      ("weir_ring_timeouts_total", .counter, "Operations that met their deadline.", { $0.timeouts.current }),
      ("weir_ring_pending_operations", .gauge, "Operations under way.", { $0.pending.current }),
      ("weir_ring_sockets", .gauge, "Open sockets.", { $0.sockets.current }),
    ]
    for (name, kind, help, value) in counters {
      text.family(name, kind, help)
      for ring in group.rings {
        text.sample(name, [("ring", "\(ring.index)")], value(ring.statistics))
      }
    }
    let outstanding = group.rings.reduce(UInt64(0)) { $0 &+ $1.statistics.buffersOutstanding.current }
    text.single("weir_buffers_outstanding", .gauge, "Pooled buffers in use.", outstanding)
    let bytes = group.rings.reduce(UInt64(0)) { $0 &+ $1.statistics.bufferBytes.current }
    text.single("weir_buffer_bytes", .gauge, "Memory of pooled buffers.", bytes)
    text.single(
      "weir_blocking_queue", .gauge, "Work waiting for the blocking pool.", UInt64(group.blocking.queued))
  }
}
