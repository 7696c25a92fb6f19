import API
import Background
import Logging
import Objects
import Primitives
import Ring

/// Counts the requests that the storage failed, and tells of them: what is wrong, with which object, and where.
/// One place or one kind of trouble gets one line a minute, however many requests meet it.
final class StorageFailureLog: Sendable {
  /// What failed, as the metric names it.
  enum Kind: String, CaseIterable, Sendable {
    case damagedBlock = "damaged_block"
    case damagedRecord = "damaged_record"
    case full
    case io
    case readOnly = "read_only"
    case closed
    case overloaded

    init(_ failure: StorageFailure) {
      switch failure.code {
      case .damaged: self = failure.place == nil ? .damagedRecord : .damagedBlock
      case .full: self = .full
      case .io: self = .io
      case .readOnly: self = .readOnly
      case .closed: self = .closed
      case .overloaded: self = .overloaded
      }
    }

    /// Whether each place or object is a matter of its own, rather than the disk as a whole.
    var isLocal: Bool {
      switch self {
      case .damagedBlock, .damagedRecord, .io: true
      case .full, .readOnly, .closed, .overloaded: false
      }
    }
  }

  private let logger: Logger
  private let limiter = LogLimiter()
  private let counts = Locked<[Kind: UInt64]>([:])

  init(logger: Logger) { self.logger = logger }

  /// Counts a request that met `failure`, and logs it unless the same was logged just now.
  func note(_ failure: StorageFailure, _ request: APIRequest) {
    let kind = Kind(failure)
    counts.withLock { $0[kind, default: 0] += 1 }
    let subject = failure.subject ?? Self.asked(request)
    guard let heldBack = limiter.admit(Self.thing(kind, failure, subject), now: .now()) else {
      return
    }
    var fields = RequestLog.fields(request)
    if kind.isLocal, let subject { fields.name(subject) }
    if let place = failure.place { fields.name(place) }
    fields["failure"] = "\(kind.rawValue)"
    if heldBack > 0 { fields["held_back"] = "\(heldBack)" }
    logger.log(level: kind.isLocal ? .error : .warning, "\(failure.message)", metadata: fields)
  }

  /// The counts by kind, all of them, in order.
  func figures() -> [(kind: Kind, count: UInt64)] {
    let counts = counts.withLock { $0 }
    return Kind.allCases.map { ($0, counts[$0] ?? 0) }
  }

  /// What the line is about.
  private static func thing(
    _ kind: Kind, _ failure: StorageFailure, _ subject: StorageFailure.Subject?
  ) -> String {
    guard kind.isLocal else { return kind.rawValue }
    if let place = failure.place {
      return "\(kind.rawValue) \(place.volume) \(place.segment ?? 0) \(place.offset ?? 0)"
    }
    return "\(kind.rawValue) \(subject?.bucket ?? "") \(subject?.key.string ?? "")"
  }

  /// The object of the request: the one concerned, when the failure names no other.
  private static func asked(_ request: APIRequest) -> StorageFailure.Subject? {
    guard let bucket = request.bucket, let key = request.target.key else { return nil }
    return StorageFailure.Subject(bucket: bucket.name.string, key: key, version: nil)
  }
}
