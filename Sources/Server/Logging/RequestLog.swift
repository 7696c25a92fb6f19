import API
import HTTP
import Logging
import Objects
import Primitives
import Ring

/// Told of every finished request: counts it, writes its access-log line, and logs what a person should see.
final class RequestLog: RequestObserver {
  private let metrics: OperationMetrics
  private let failures: StorageFailureLog
  private let accessLog: LineSink?
  private let logger: Logger
  /// Asked once: a logger's level goes through its handler, and it does not change.
  private let logsEachRequest: Bool

  init(metrics: OperationMetrics, failures: StorageFailureLog, accessLog: LineSink?, logger: Logger) {
    self.metrics = metrics
    self.failures = failures
    self.accessLog = accessLog
    self.logger = logger
    logsEachRequest = logger.logLevel <= .debug
  }

  func finished(_ request: APIRequest) {
    metrics.count(request)
    accessLog?.write(AccessLogLine(request).bytes)
    let outcome = request.outcome
    if let failure = outcome.failure {
      failures.note(failure, request)
    } else if outcome.status >= 500, outcome.status != 501, !Self.isSlowDown(outcome) {
      // Clients that are told to slow down are counted; a line for each would only add to the load.
      log(request, .error, "request failed")
    } else if logsEachRequest {
      log(request, .debug, "request")
    }
  }

  /// Whether the client was told to come back later, in whatever words.
  private static func isSlowDown(_ outcome: APIRequest.Outcome) -> Bool {
    outcome.errorCode == S3ErrorCode.slowDown.name || outcome.errorCode == "TotalQpsLimitExceeded"
  }

  private func log(_ request: APIRequest, _ level: Logger.Level, _ message: String) {
    logger.log(level: level, "\(message)", metadata: Self.fields(request))
  }

  /// What every line about a request says of it.
  static func fields(_ request: APIRequest) -> Logger.Metadata {
    [
      "request_id": "\(String(decoding: request.identifiers.requestID, as: Unicode.UTF8.self))",
      "operation": "\(request.spec?.name ?? OperationMetrics.unmatched)",
      "status": "\(request.outcome.status)",
      "code": "\(request.outcome.errorCode ?? "-")",
      "bucket": "\(request.bucket?.name.string ?? "-")",
      "peer": "\(request.forwarded?.host ?? "\(request.connection.peer)")",
    ]
  }
}
