import Flow
import Primitives

@testable import API
@testable import HTTP

/// What is read of the head of a request that shows itself to be OSS's: signatures of both versions, in header and
/// query, and the parameters of the operation that it matches. A refusal makes a readable document; a signature that is
/// right is wrong for another method.
enum OSSRequestTarget {
  static func run(_ head: RequestHead, _ input: [UInt8]) throws(BrokenProperty) {
    try authenticate(head, input)
    var request: APIRequest?
    do throws(S3Error) {
      let made = try MadeRequest.make(head, dialect: .oss)
      request = made
      try OSSOperationDecoders.run(made)
    } catch {
      if let request, case .complete(_, let document) = request.refusal(error, region: "us-east-1") {
        return try MadeRequest.checkWellFormed(Array(document), error.code.name)
      }
      try checkDocument(error)
    }
  }

  /// Whether the bytes are a request that the one access key has signed.
  static func isSigned(_ input: [UInt8]) -> Bool {
    guard let head = MadeRequest.head(input), DialectRecognition.dialect(of: head) === Dialect.oss else {
      return false
    }
    return (try? identity(head)) != nil
  }

  private static let authenticator = Authenticator(configuration: SigningConfiguration(region: "us-east-1"))

  /// Who the authenticator takes the sender for; nil for nobody.
  private static func identity(_ head: RequestHead) throws(SignatureError) -> String? {
    guard let target = try? RequestTarget.parse(head, domains: MadeRequest.domains) else { return nil }
    return try authenticator.authenticateOSS(
      head, bucket: target.bucket, key: target.key?.bytes, now: MadeRequest.now,
      credentials: SignedRequestTarget.Keys()
    ).identity
  }

  private static func authenticate(_ head: RequestHead, _ input: [UInt8]) throws(BrokenProperty) {
    let found: String?
    do throws(SignatureError) {
      found = try identity(head)
    } catch {
      return try checkDocument(S3Error(oss: error))
    }
    guard found != nil, head.method == .get, input.starts(with: bytes("GET ")),
      let other = MadeRequest.head(bytes("HEAD") + input[3...])
    else { return }
    let again = try? identity(other)
    try require(again == nil, "a signature of OSS is right for two methods")
  }

  private static func checkDocument(_ error: S3Error) throws(BrokenProperty) {
    let identifiers = RequestIdentifiers(requestID: bytes("0123456789ABCDEF01234567"), hostID: [])
    let told = Dialect.oss.refusal(error, RefusalContext(identifiers: identifiers))
    if !told.document.isEmpty { try MadeRequest.checkWellFormed(told.document, told.code) }
  }
}

/// How each operation of OSS that is built reads its request.
enum OSSOperationDecoders {
  /// Matches, reads the checksum headers and decodes, as the chain does for a bucket that exists.
  static func run(_ request: APIRequest) throws(S3Error) {
    let row = try OSSOperationTable.router.match(
      request.head.method, request.target.scope, request.query, request.headers, request.dialect)
    request.spec = row.spec
    guard let decode = decoder(row) else { return }
    guard row.spec.makesBucket || request.target.bucket == nil || request.bucket != nil else { return }
    do throws(ChecksumError) {
      request.checksums = try ChecksumRequest.parse(
        request.headers, allowsPartCount: row.spec.body != .streaming)
    } catch {
      throw S3Error(error)
    }
    try decode(request)
  }

  /// The names of operations that have no decoder here.
  static var missing: [String] {
    // A preflight is answered before anything is decoded.
    OSSOperationTable.implemented.filter { decoder($0) == nil && $0.spec.method != .options }.map(\.name)
  }

  /// OSS's own; else that of the operation it shares with S3.
  private static func decoder(_ row: OperationRow) -> OperationDecoders.Decode? {
    if let own = byName[row.name] { return own }
    let isShared = OperationTable.implemented.contains { $0.spec === row.spec }
    return isShared ? OperationDecoders.byName[row.spec.name] : nil
  }

  private static let byName: [String: OperationDecoders.Decode] = Dictionary(
    [
      entry(OSSListBuckets.self), entry(DescribeRegions.self), entry(OSSPutBucket.self),
      entry(GetBucketInfo.self), entry(GetBucketStat.self), entry(OSSGetBucketACL.self),
      entry(OSSPutBucketACL.self), entry(DeleteBucketPublicAccessBlock.self),
      entry(GetPublicAccessBlock.self), entry(PutPublicAccessBlock.self), entry(DeletePublicAccessBlock.self),
      entry(GetBucketReferer.self), entry(PutBucketReferer.self), entry(GetBucketPublicAccessBlock.self),
      entry(PutBucketPublicAccessBlock.self), entry(OSSGetBucketPolicyStatus.self),
      entry(OSSGetBucketRequestPayment.self), entry(OSSPutBucketRequestPayment.self),
      entry(InitiateBucketWorm.self), entry(AbortBucketWorm.self), entry(CompleteBucketWorm.self),
      entry(ExtendBucketWorm.self), entry(GetBucketWorm.self),
      entry(GetBucketObjectWormConfiguration.self), entry(PutBucketObjectWormConfiguration.self),
      entry(GetObjectMeta.self), entry(OSSGetObjectACL.self), entry(OSSPutObjectACL.self),
      entry(OSSGetObjectLegalHold.self), entry(OSSPutObjectLegalHold.self), entry(AppendObject.self),
      entry(SealAppendObject.self), entry(PutSymlink.self), entry(GetSymlink.self),
      entry(OSSGetBucketLifecycle.self), entry(OSSPutBucketLifecycle.self), entry(OSSRestoreObject.self),
      entry(CleanRestoredObject.self), entry(GetBucketArchiveDirectRead.self),
      entry(PutBucketArchiveDirectRead.self),
    ] + flow, uniquingKeysWith: { first, _ in first })

  /// Operations on flow control: their parameters and documents.
  private static let flow: [(String, OperationDecoders.Decode)] = OSSOperationTable.implemented
    .filter(\.spec.isOfFlow)
    .map { row in
      (
        row.name,
        { request throws(S3Error) in
          if row.spec.method == .get { _ = try QoSPage(request) }
          for name in ["resourcePool", "qosRequester", "resourcePoolBucketGroup"] as [StaticString] {
            if request.query.contains(name) { _ = try QoS.value(name, request) }
          }
          guard row.spec.body != .none else { return }
          for kind in PriorityPlan.Kind.allCases where row.name.contains("Priority") {
            let place = PriorityPlan.Place(pool: "pool", kind: kind)
            let plan = try PriorityQoSDocument.read(request, place, FlowConfiguration()) { _ in true }
            _ = try? PriorityRules.check(plan, at: place, in: FlowConfiguration(), minimum: 1)
          }
          _ = try QoSDocument.read(request)
        }
      )
    }

  private static func entry<O: API.Operation>(_ operation: O.Type) -> (String, OperationDecoders.Decode) {
    (O.spec.name, { request throws(S3Error) in _ = try O.decode(request) })
  }
}
