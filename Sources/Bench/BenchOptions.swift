package import Ring

/// What a run does.
package enum BenchMode: String, Sendable, CaseIterable {
  case get, put, mixed, list
}

/// How requests are signed.
package enum BenchDialect: String, Sendable, CaseIterable {
  /// AWS Signature Version 4.
  case s3
  /// OSS signature version 4.
  case oss
}

/// A run's parameters; see `weir bench --help` for how they are written.
package struct BenchOptions: Sendable {
  package var mode = BenchMode.get
  package var dialect = BenchDialect.s3
  /// `host` as it goes into the Host header, with the port.
  package var authority = "127.0.0.1:9000"
  package var host = "127.0.0.1"
  package var port = 9_000
  package var accessKey = ""
  package var secretKey = ""
  package var region = "us-east-1"
  package var bucket = "bench"
  /// Keys are this, then a number of 10 digits.
  package var prefix = "bench/"
  /// The keys are spread over so many prefixes of 6 digits and a slash, each a run of numbers; 0: they have none.
  package var directories = 0
  /// Bytes of an object.
  package var size = 4_096
  /// Different keys.
  package var objects = 1_000
  package var connections = 64
  package var duration: Duration = .seconds(10)
  /// Ends the run after this many requests; nil: after `duration`.
  package var count: Int?
  /// Requests a second of all connections together; nil: as fast as they go.
  package var rate: Double?
  /// Percent of requests that are PUTs in `mixed`.
  package var putShare = 30
  /// Keys a page in `list`.
  package var pageKeys = 1_000
  /// Threads of the generator.
  package var rings = 1
  package var backend = IOBackend.auto
  /// Writes the objects that `get` and `mixed` read before the clock starts.
  package var prepares = true

  package init() {}
}

/// A run that cannot start or go on; the message says what to do.
package struct BenchError: Error, Sendable, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}
