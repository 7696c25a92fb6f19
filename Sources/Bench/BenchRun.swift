package import Primitives
import Ring
import Synchronization

/// What a run measured.
package struct BenchResult: Sendable {
  package var options: BenchOptions
  package var seconds = 0.0
  package var requests = 0
  package var errors = 0
  package var bytes = 0
  /// Keys listed.
  package var keys = 0
  /// Nanoseconds.
  package var latency = LatencyHistogram()
  package var firstError: String?
}

/// A run from set-up to result.
package struct BenchRun: Sendable {
  /// Bytes that set-up may write at most.
  static let preparedBytesMax = 4 << 30

  let options: BenchOptions
  let progress: @Sendable (String) -> Void

  /// `progress` gets a line about once a second.
  package init(_ options: BenchOptions, progress: @escaping @Sendable (String) -> Void) {
    self.options = options
    self.progress = progress
  }

  /// Runs it, blocking the calling thread, which must not be a ring's.
  ///
  /// - Throws: `BenchError` when set-up fails.
  package func run() throws(BenchError) -> BenchResult {
    let group: RingGroup
    do {
      group = try RingGroup(count: options.rings, backend: options.backend)
    } catch { throw BenchError("the rings cannot start: \(error)") }
    defer { group.shutdown() }
    if options.prepares, options.mode == .get || options.mode == .mixed {
      var setup = options
      setup.mode = .put
      setup.count = options.objects
      setup.rate = nil
      guard options.objects * options.size <= Self.preparedBytesMax else {
        throw BenchError("\(options.objects) objects of \(options.size) bytes are too many: lower --objects")
      }
      let result = measure(setup, on: group, label: "prepare")
      if result.errors > 0 {
        throw BenchError("the objects to read cannot be written: \(result.firstError ?? "?")")
      }
    }
    return measure(options, on: group, label: options.mode.rawValue)
  }

  private func measure(_ options: BenchOptions, on group: RingGroup, label: String) -> BenchResult {
    let reads: RequestSet? =
      switch options.mode {
      case .get, .mixed: RequestSet(.get, options: options)
      case .list: RequestSet(.list, options: options)
      case .put: nil
      }
    let writes = options.mode == .put || options.mode == .mixed ? RequestSet(.put, options: options) : nil
    let control = BenchControl(last: options.count)
    let tallies = Mutex<(finished: Int, result: BenchResult)>((0, BenchResult(options: options)))
    let shared = Shared(tallies: tallies)
    let start = Instant.now()
    for place in 0..<options.connections {
      let ring = group.rings[place % group.rings.count]
      ring.spawn {
        var tally = BenchTally()
        await BenchWorker(
          options: options, control: control, reads: reads, writes: writes, start: start, place: place
        ).run(&tally)
        shared.add(tally)
      }
    }
    wait(until: options.connections, shared, control, start, options, label)
    var result = shared.result
    result.seconds = BenchRun.seconds(since: start)
    return result
  }

  private func wait(
    until finished: Int, _ shared: Shared, _ control: BenchControl, _ start: Instant,
    _ options: BenchOptions, _ label: String
  ) {
    let tick = 50_000_000.0 / 1e9
    var last = (seconds: 0.0, done: 0)
    while shared.finished < finished {
      BlockingSleep.sleep(seconds: tick)
      let seconds = BenchRun.seconds(since: start)
      if options.count == nil, seconds >= options.duration.inSeconds {
        control.isOver.store(true, ordering: .relaxed)
      }
      guard seconds - last.seconds >= 1 else { continue }
      let done = control.done.load(ordering: .relaxed)
      let rate = Double(done - last.done) / (seconds - last.seconds)
      let errors = control.errors.load(ordering: .relaxed)
      progress(
        "\(label): \(Int(seconds)) s, \(done) requests, \(Int(rate))/s"
          + (errors > 0 ? ", \(errors) errors" : ""))
      last = (seconds, done)
    }
  }

  private static func seconds(since start: Instant) -> Double {
    Double(Instant.now().nanoseconds - start.nanoseconds) / 1e9
  }

  /// The sum of what connections measured, handed in by each when it ends.
  private final class Shared: Sendable {
    private let state: Mutex<(finished: Int, result: BenchResult)>

    init(tallies: consuming Mutex<(finished: Int, result: BenchResult)>) { state = tallies }

    var finished: Int { state.withLock { $0.finished } }
    var result: BenchResult { state.withLock { $0.result } }

    func add(_ tally: BenchTally) {
      state.withLock {
        $0.finished += 1
        $0.result.requests += tally.requests
        $0.result.errors += tally.errors
        $0.result.bytes += tally.bytes
        $0.result.keys += tally.keys
        $0.result.latency.merge(tally.latency)
        if $0.result.firstError == nil { $0.result.firstError = tally.firstError }
      }
    }
  }
}

extension Duration {
  /// As a number of seconds.
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
