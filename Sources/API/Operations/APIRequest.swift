package import Access
import Flow
package import HTTP
package import Objects
package import Primitives
package import Ring

/// One request on its way through the chain, as operations and the observer see it.
///
/// Each stage of the chain adds what it found out. Confined to the ring of its connection, and to one task: no two
/// accesses can overlap, so they are not checked at run time.
package final class APIRequest {
  package let head: RequestHead
  package let connection: ConnectionInfo
  /// When the head was complete, by the wall clock.
  package let arrived: Timestamp
  /// The same by the clock that only goes forward.
  package let started: Instant

  @safe @exclusivity(unchecked) package private(set) var dialect: Dialect
  @safe @exclusivity(unchecked) package private(set) var identifiers: RequestIdentifiers
  /// The fields that say what is asked for: the head's, or those that a form has in their place.
  @safe @exclusivity(unchecked) package internal(set) var headers: HeaderFields
  /// Whose request a trusted proxy hands on; nil for one that came from its client.
  @safe @exclusivity(unchecked) package internal(set) var forwarded: SocketAddress?
  /// What is addressed; the service until the target is read.
  @safe @exclusivity(unchecked) package internal(set) var target = RequestTarget(bucket: nil, key: nil)
  @safe @exclusivity(unchecked) package internal(set) var query = QueryParameters()
  /// The row that matched; nil before, and for requests that no row matches.
  @safe @exclusivity(unchecked) package internal(set) var spec: OperationSpec?
  /// How the client says who it is; what it says has been verified.
  @safe @exclusivity(unchecked) package internal(set) var authentication = AuthenticationKind.anonymous
  /// Who asks; nil for an anonymous request, and before authentication.
  @safe @exclusivity(unchecked) package internal(set) var identity: Identity?
  /// The bucket addressed, once it is known to exist and to be the caller's to use.
  @safe @exclusivity(unchecked) package internal(set) var bucket: BucketInfo?
  /// The moment that a read looks at the bucket as of; nil for now.
  @safe @exclusivity(unchecked) package internal(set) var asOf: Moment?
  /// The view by whose name the bucket is addressed; nil where it is addressed by its own.
  @safe @exclusivity(unchecked) package internal(set) var view: ViewInfo?
  /// What the request says of its body's checksums, where the operation reads one.
  @safe @exclusivity(unchecked) package internal(set) var checksums: ChecksumRequest?
  /// The body of an operation whose policy is `.buffered`; its signature and payload hash are verified.
  @safe @exclusivity(unchecked) package internal(set) var payload: [UInt8] = []
  /// The body of a `.streaming` operation; before that of a `.buffered` one.
  @safe @exclusivity(unchecked) package internal(set) var body: S3ObjectBody?
  /// The form of an operation whose policy is `.form`.
  @safe @exclusivity(unchecked) var form: ReceivedForm?
  @safe @exclusivity(unchecked) package internal(set) var outcome = Outcome()
  /// What the operation works on; nil until one is about to run.
  @safe @exclusivity(unchecked) var services: Services?
  /// The flow that its bytes are counted for; nil where nothing is configured.
  @safe @exclusivity(unchecked) var flow: FlowPath?
  /// What slows its bodies down; nil for those that nothing can.
  @safe @exclusivity(unchecked) var pacer: TransferPacer?
  /// What the connection may hold; nil for a request without one.
  @safe @exclusivity(unchecked) var memory: MemoryClaim?

  /// What became of the request.
  package struct Outcome: Sendable {
    /// 0 when no answer could be sent.
    package var status = 0
    /// The code in the error document, if there was one.
    package var errorCode: String?
    /// What went wrong in the storage, which the client is not told; the first, where there are more.
    package var failure: StorageFailure?
    /// Body bytes received, their framing not counted.
    package var bytesIn: UInt64 = 0
    /// Body bytes sent.
    package var bytesOut: UInt64 = 0
    /// The size of the object that the reply is about.
    package var objectSize: UInt64?
    /// When the reply began.
    package var replied: Instant?
    /// When its last byte was sent.
    package var finished: Instant?
    /// Whether the client went away before it had all of the reply.
    package var isDisconnected = false
  }

  package init(
    head: RequestHead, connection: ConnectionInfo, dialect: Dialect, identifiers: RequestIdentifiers,
    arrived: Timestamp, started: Instant
  ) {
    self.head = head
    headers = head.headers
    self.connection = connection
    self.dialect = dialect
    self.identifiers = identifiers
    self.arrived = arrived
    self.started = started
  }

  /// The client has shown only now whose words it speaks.
  func change(to dialect: Dialect) {
    if dialect === self.dialect { return }
    self.dialect = dialect
    identifiers = .make(dialect)
  }

  /// Claims memory until the request is over. False where there is none: it has to be refused.
  func claim(_ bytes: Int, for purpose: MemoryBudget.Purpose) -> Bool {
    guard let memory, bytes > 0 else { return true }
    return memory.grow(by: bytes, for: purpose)
  }

  /// Where the request comes from: for logs, and for whatever depends on it.
  package var client: SocketAddress { forwarded ?? connection.peer }

  /// What TLS adds to a transfer: the same bytes once more, encrypted.
  var transportBytes: Int { connection.tls == nil ? 0 : BufferSize.data.byteCount }

  /// What every key of a listing must begin with: a view may show a part of its bucket.
  package var within: [UInt8] { view?.prefix ?? [] }

  package var names: HeaderVocabulary { dialect.headers }
}
