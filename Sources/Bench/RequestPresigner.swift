import Primitives

/// Signs the URLs of a run in its dialect, all of them for one moment.
struct RequestPresigner: Sendable {
  /// Seconds that the URLs are valid: longer than any run.
  static let expiresSeconds: Int64 = 86_400

  private enum Signer: Sendable {
    case s3(SigV4Signer)
    case oss(OSSV4Signer)
  }

  private let authority: String
  private let signer: Signer
  private let key: HMACSHA256Key
  private let time = Timestamp.now()

  init(_ options: BenchOptions) {
    authority = options.authority
    switch options.dialect {
    case .s3:
      let signer = SigV4Signer(
        accessKeyID: options.accessKey, secretKey: options.secretKey, region: options.region)
      self.signer = .s3(signer)
      key = signer.signingKey(at: time)
    case .oss:
      let signer = OSSV4Signer(
        accessKeyID: options.accessKey, secretKey: options.secretKey, region: options.region)
      self.signer = .oss(signer)
      key = signer.signingKey(at: time)
    }
  }

  /// The target (`path?query`) of a request; path and query are as they will stand in the request line.
  func callAsFunction(_ method: String, _ path: String, _ query: String) -> String {
    switch signer {
    case .s3(let signer):
      signer.presign(
        .init(method: method, path: path, query: query, headers: [(name: "host", value: authority)]),
        expiresSeconds: Self.expiresSeconds, at: time, key: key)
    case .oss(let signer):
      signer.presign(
        method: method, path: path, query: query, expiresSeconds: Self.expiresSeconds, at: time, key: key)
    }
  }
}
