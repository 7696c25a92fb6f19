import Primitives

extension BenchResult {
  private static let percentiles: [(name: String, value: Double)] = [
    ("p50", 50), ("p90", 90), ("p99", 99), ("p999", 99.9), ("max", 100),
  ]

  /// Requests that were answered well, a second.
  package var requestsPerSecond: Double { seconds > 0 ? Double(requests) / seconds : 0 }
  /// Body bytes a second.
  package var bytesPerSecond: Double { seconds > 0 ? Double(bytes) / seconds : 0 }

  /// The figures for a person.
  package var text: String {
    var text = "\(options.mode.rawValue): \(requests) requests in \(fixed(seconds)) s"
    text += " over \(options.connections) connections\n"
    text += "  \(Int(requestsPerSecond)) requests/s, "
    text += "\(fixed(bytesPerSecond / 1_048_576)) MiB/s\n"
    if options.mode == .list { text += "  \(Int(Double(keys) / max(seconds, 1e-9))) keys/s\n" }
    text += "  latency"
    for (name, percentile) in Self.percentiles {
      text += "  \(name) \(fixed(Double(latency.percentile(percentile)) / 1e6)) ms"
    }
    text += "\n"
    if errors > 0 { text += "  \(errors) ERRORS, the first: \(firstError ?? "?")\n" }
    return text
  }

  /// The figures for a program: one object, rates per second, latencies in microseconds.
  package var json: String {
    var text = "{\"mode\":\"\(options.mode.rawValue)\",\"size\":\(options.size)"
    text += ",\"connections\":\(options.connections),\"seconds\":\(fixed(seconds))"
    text += ",\"requests\":\(requests),\"errors\":\(errors)"
    text += ",\"requests_per_second\":\(fixed(requestsPerSecond))"
    text += ",\"bytes_per_second\":\(fixed(bytesPerSecond))"
    text += ",\"keys_per_second\":\(fixed(Double(keys) / max(seconds, 1e-9)))"
    let latencies = Self.percentiles.map { name, percentile in
      "\"\(name)\":\(fixed(Double(latency.percentile(percentile)) / 1e3))"
    }
    return text + ",\"latency_us\":{\(latencies.joined(separator: ","))}}"
  }

  private func fixed(_ value: Double) -> String {
    let scaled = Int64((value * 1_000).rounded())
    let fraction = String(abs(scaled) % 1_000)
    let zeros = String(repeating: "0", count: 3 - fraction.count)
    return "\(scaled / 1_000).\(zeros)\(fraction)"
  }
}
