import Access
import Primitives

/// Signs requests of the admin API: Signature V4 with the root credentials, service `iam`, which covers the
/// body.
enum AdminSignature {
  static let region = "us-east-1"

  /// The headers to send beside Host. `target` is the path with its query, as they stand in the request line.
  static func sign(
    method: String, target: String, host: String, body: [UInt8], credentials: RootCredentials
  ) -> [(name: String, value: String)] {
    let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
    let signer = SigV4Signer(
      accessKeyID: credentials.accessKeyID, secretKey: credentials.secretAccessKey, region: region,
      service: "iam")
    let signed = signer.sign(
      .init(
        method: method, path: parts[0], query: parts.count > 1 ? parts[1] : "",
        headers: [(name: "host", value: host)]),
      payload: .sha256(SHA256.hash(body)), at: Timestamp.now())
    return signed.headers.filter { $0.name != "host" }
  }
}
