import Glibc
import Logging
import Ring

/// `weir serve`: from the configuration to the exit code.
package enum ServerProcess {
  /// Runs until SIGTERM or SIGINT; SIGHUP opens the access log anew. Blocks the main thread.
  ///
  /// - Returns: 0 after a clean drain, 1 when the server could not start.
  package static func run(_ configuration: Configuration) -> Int32 {
    Signals.block()
    let sink = LineSink(descriptor: STDERR_FILENO)
    defer { sink.close() }
    var logger = Logger(label: Product.name) { _ in
      LogLineHandler(
        sink: sink, level: Logger.Level(rawValue: configuration.log.level) ?? .info,
        format: LogLineHandler.Format(rawValue: configuration.log.format) ?? .text)
    }
    logger.logLevel = Logger.Level(rawValue: configuration.log.level) ?? .info
    let server: RunningServer
    do throws(ConfigurationError) {
      server = try RunningServer.start(configuration, logger: logger, log: sink)
    } catch {
      logger.critical("cannot start: \(error.message)")
      return 1
    }
    writeReadyLine(server.readyLine)
    while true {
      switch Signals.next() {
      case .hangUp: server.reopenLogs()
      case .terminate:
        logger.notice("draining", metadata: ["connections": "\(server.connectionCount)"])
        server.stop()
        logger.notice("stopped")
        guard server.isLeftOpen else { return 0 }
        logger.notice("a base of the metadata was not finished; the next start takes one")
        sink.close()
        // Its thread still uses RocksDB, which must not be taken apart under it.
        _exit(0)
      }
    }
  }

  private static func writeReadyLine(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    // SAFETY: the array outlives the call and its count bounds what is written.
    _ = unsafe bytes.withUnsafeBytes { unsafe write(STDOUT_FILENO, $0.baseAddress, $0.count) }
  }
}
