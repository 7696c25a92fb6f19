import Primitives
import Testing

/// The examples that AWS publishes in "Signature calculations for the Authorization header" and its sequels
/// (Amazon S3 API reference, SigV4).
@Suite struct SigV4ExampleTests {
  static let signer = SigV4Signer(
    accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    region: "us-east-1")
  static let time = Timestamp(seconds: 1_369_353_600)
  static let virtualHost = (name: "Host", value: "examplebucket.s3.amazonaws.com")
  static let pathHost = (name: "Host", value: "s3.amazonaws.com")

  struct Example: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var request: SigV4Signer.Request
    var payload: SigV4Payload
    /// The SHA-256 of the canonical request, where AWS prints it.
    var requestHash: String?
    var signature: String
  }

  static let examples = [
    Example(
      testDescription: "GET object",
      request: .init(
        method: "GET", path: "/test.txt", headers: [virtualHost, ("Range", "bytes=0-9 ")]),
      payload: .empty,
      requestHash: "7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972",
      signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
    Example(
      testDescription: "PUT object",
      request: .init(
        method: "PUT", path: "/test$file.text",
        headers: [
          virtualHost, ("Date", "Fri, 24 May 2013 00:00:00 GMT"),
          ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        ]),
      payload: .sha256(SHA256.hash(Array("Welcome to Amazon S3.".utf8))),
      requestHash: "9e0e90d9c76de8fa5b200d8c849cd5b8dc7a3be3951ddb7f6a76b4158342019d",
      signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
    Example(
      testDescription: "GET bucket lifecycle",
      request: .init(method: "GET", path: "/", query: "lifecycle", headers: [virtualHost]),
      payload: .empty,
      requestHash: "9766c798316ff2757b517bc739a67f6213b4ab36dd5da2f94eaebf79c77395ca",
      signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
    Example(
      testDescription: "GET bucket",
      request: .init(method: "GET", path: "/", query: "max-keys=2&prefix=J", headers: [virtualHost]),
      payload: .empty,
      requestHash: "df57d21db20da04d7fa30298dd4488ba3a2b47ca3a489c74750e0f1e7df1b9b7",
      signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    Example(
      testDescription: "PUT object in chunks",
      request: chunkedRequest(trailer: nil), payload: .streamingSigned, requestHash: nil,
      signature: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"),
    Example(
      testDescription: "PUT object in chunks with a trailer",
      request: chunkedRequest(trailer: "x-amz-checksum-crc32c"), payload: .streamingSignedTrailer,
      requestHash: nil, signature: "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"),
  ]

  static func chunkedRequest(trailer: String?) -> SigV4Signer.Request {
    var headers = [
      pathHost, (name: "x-amz-storage-class", value: "REDUCED_REDUNDANCY"),
      (name: "Content-Encoding", value: "aws-chunked"),
      (name: "x-amz-decoded-content-length", value: "66560"),
    ]
    headers.append(trailer.map { ("x-amz-trailer", $0) } ?? ("Content-Length", "66824"))
    return .init(method: "PUT", path: "/examplebucket/chunkObject.txt", headers: headers)
  }

  @Test(arguments: examples) func signsAsPublished(_ example: Example) {
    let signed = Self.signer.sign(example.request, payload: example.payload, at: Self.time)
    if let hash = example.requestHash {
      #expect(Hex.encode(SHA256.hash(signed.canonicalRequest)) == hash)
    }
    #expect(String(decoding: signed.signature, as: Unicode.UTF8.self) == example.signature)
  }

  @Test func presignsAsPublished() {
    let target = Self.signer.presign(
      .init(method: "GET", path: "/test.txt", headers: [Self.virtualHost]), expiresSeconds: 86400,
      at: Self.time)
    #expect(
      target
        == "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2F"
        + "us-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&"
        + "X-Amz-SignedHeaders=host&X-Amz-Signature="
        + "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
  }

  /// 66560 bytes of `a`: 64 KiB, 1 KiB, end.
  @Test func signsChunksAsPublished() {
    let signed = Self.signer.sign(
      Self.chunkedRequest(trailer: nil), payload: .streamingSigned, at: Self.time)
    #expect(
      chunks(signed.chunks).signatures == [
        "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
        "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
        "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
      ])
  }

  @Test func signsTrailerAsPublished() {
    let signed = Self.signer.sign(
      Self.chunkedRequest(trailer: "x-amz-checksum-crc32c"), payload: .streamingSignedTrailer, at: Self.time)
    var (signatures, signer) = chunks(signed.chunks)
    #expect(
      signatures == [
        "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
        "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
        "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
      ])
    let block = Array("x-amz-checksum-crc32c:sOO8/Q==\n".utf8)
    let trailer = signer.sign(signer.stringToSign(trailerHash: SHA256.hash(block)))
    #expect(
      String(decoding: trailer, as: Unicode.UTF8.self)
        == "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435")
  }

  private func chunks(_ seed: SigV4ChunkSigner) -> (signatures: [String], signer: SigV4ChunkSigner) {
    var signer = seed
    let signatures = [65536, 1024, 0].map { size in
      let hash = SHA256.hash([UInt8](repeating: UInt8(ascii: "a"), count: size))
      return String(
        decoding: signer.sign(signer.stringToSign(chunkHash: hash)), as: Unicode.UTF8.self)
    }
    return (signatures, signer)
  }
}
