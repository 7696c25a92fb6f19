import Access
import HTTP
import Objects
import Primitives
import Ring

extension AccessLogLine {
  /// The line of a finished request.
  package init(_ request: APIRequest) {
    self.init()
    let outcome = request.outcome
    bucketOwner = request.bucket?.owner.string
    bucket = request.target.bucket
    time = request.arrived
    remoteAddress = request.client.host
    requester = request.identity.map { $0.isRoot ? $0.canonicalID : $0.arn }
    requestID = request.identifiers.requestID
    operation = request.spec?.logName ?? "REST.\(request.head.method.name).UNKNOWN"
    key = request.target.key?.bytes
    requestLine =
      Array("\(request.head.method.name) ".utf8) + LoggedURL.masking(request.head.target)
      + Array(" HTTP/1.\(request.head.minorVersion)".utf8)
    status = outcome.status
    errorCode = outcome.errorCode
    bytesSent = outcome.bytesOut
    objectSize = outcome.objectSize
    totalMilliseconds = outcome.finished.map { AccessLogLine.milliseconds(from: request.started, to: $0) }
    turnAroundMilliseconds = outcome.replied.map { AccessLogLine.milliseconds(from: request.started, to: $0) }
    referer = request.headers.first("referer").map { LoggedURL.masking($0) }
    userAgent = request.headers.first("user-agent").map { Array($0) }
    versionID = (try? VersionParameter.read(request.query))?.text
    hostID = request.identifiers.hostID
    signatureVersion = request.authentication.signatureVersionName
    cipherSuite = request.connection.tls?.cipher
    authenticationType = request.authentication.authenticationTypeName
    host = request.headers.first("host").map { Array($0) }
    tlsVersion = request.connection.tls?.version
  }

  private static func milliseconds(from start: Instant, to end: Instant) -> UInt64 {
    end.nanoseconds > start.nanoseconds ? (end.nanoseconds - start.nanoseconds) / 1_000_000 : 0
  }
}
