import HTTP
import Objects
import Testing

@testable import API

@Suite struct ListParametersTests {
  static let numbers: [(query: String, limit: Int)] = [
    ("", 1000), ("max-keys=", 1000), ("max-keys=0", 0), ("max-keys=1", 1), ("max-keys=1000", 1000),
    ("max-keys=1001", 1000), ("max-keys=2147483647", 1000),
  ]

  @Test(arguments: numbers) func readsMaxKeys(_ query: String, _ limit: Int) throws {
    let query = try QueryParameters(slice(query))
    #expect(try ListParameters.maximum(query, "max-keys", argument: "maxKeys") == limit)
  }

  static let refusals: [(value: String, name: String, message: String)] = [
    ("-1", "maxKeys", "Argument maxKeys must be an integer between 0 and 2147483647"),
    ("-2147483648", "maxKeys", "Argument maxKeys must be an integer between 0 and 2147483647"),
    ("2147483648", "max-keys", "Provided max-keys not an integer or within integer range"),
    ("ten", "max-keys", "Provided max-keys not an integer or within integer range"),
    ("1.5", "max-keys", "Provided max-keys not an integer or within integer range"),
    ("-99999999999", "max-keys", "Provided max-keys not an integer or within integer range"),
  ]

  @Test(arguments: refusals) func refusesOtherNumbers(_ value: String, _ name: String, _ message: String) {
    let error = refusal { () throws(S3Error) in
      _ = try ListParameters.maximum(
        try QueryParameters(slice("max-keys=\(value)")), "max-keys", argument: "maxKeys")
    }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message == message)
    #expect(error.map { elements($0) } == ["ArgumentName=\(name)", "ArgumentValue=\(value)"])
  }

  @Test func encodingTypeIsURLOrNothing() throws {
    #expect(try ListParameters.isURLEncoded(try QueryParameters(slice("encoding-type=url"))))
    #expect(try !ListParameters.isURLEncoded(try QueryParameters(nil)))
    let error = refusal { () throws(S3Error) in
      _ = try ListParameters.isURLEncoded(try QueryParameters(slice("encoding-type=base64")))
    }
    #expect(error?.message == "Invalid Encoding Method specified in Request")
  }

  @Test(
    arguments: [[], [0], bytes("a"), bytes("photos/2026/"), Array(repeating: 0xFF, count: 1024)] as [[UInt8]])
  func tokensComeBack(_ position: [UInt8]) throws {
    let token = ContinuationToken.encode(position)
    #expect(
      token.utf8.allSatisfy { $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "=") })
    #expect(try ContinuationToken.decode(bytes(token)) == position)
  }

  @Test(arguments: ["", "x", "AAAA", "not a token", "AWFiYwAAAAA"]) func otherTokensAreRefused(
    _ token: String
  ) {
    let error = refusal { () throws(S3Error) in _ = try ContinuationToken.decode(bytes(token)) }
    #expect(error?.message == "The continuation token provided is incorrect")
    #expect(error.map { elements($0) } == ["ArgumentName=continuation-token"])
  }

  /// Every single change of a character is noticed.
  @Test func damagedTokensAreRefused() {
    let token = bytes(ContinuationToken.encode(bytes("photos/2026/a.jpg")))
    for index in token.indices {
      var damaged = token
      damaged[index] = damaged[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      guard damaged != token else { continue }
      #expect(refusal { () throws(S3Error) in _ = try ContinuationToken.decode(damaged) } != nil)
    }
  }

  @Test func partNumbers() throws {
    #expect(try PartNumber.read(try QueryParameters(slice("partNumber=1"))) == 1)
    #expect(try PartNumber.read(try QueryParameters(slice("partNumber=10000"))) == 10_000)
    #expect(try PartNumber.read(try QueryParameters(nil)) == nil)
    for value in ["0", "-1", "10001", "one", "", "99999999999999999999999"] {
      let error = refusal { () throws(S3Error) in
        _ = try PartNumber.read(try QueryParameters(slice("partNumber=\(value)")))
      }
      #expect(error?.message == "Part number must be an integer between 1 and 10000, inclusive")
      #expect(error.map { elements($0) } == ["ArgumentName=partNumber", "ArgumentValue=\(value)"])
    }
  }

  @Test func objectAttributes() throws {
    let name: StaticString = "x-amz-object-attributes"
    let one = head("GET /b/k?attributes", ["x-amz-object-attributes: ETag, ObjectSize"]).headers
    #expect(try ObjectAttribute.read(one, name) == [.etag, .objectSize])
    let several = head(
      "GET /b/k?attributes",
      ["x-amz-object-attributes: Checksum,ObjectParts", "x-amz-object-attributes: StorageClass"]
    ).headers
    #expect(try ObjectAttribute.read(several, name) == [.checksum, .objectParts, .storageClass])
    let missing = refusal { () throws(S3Error) in
      _ = try ObjectAttribute.read(head("GET /b/k?attributes").headers, name)
    }
    #expect(missing?.code == .invalidRequest)
    let unknown = refusal { () throws(S3Error) in
      _ = try ObjectAttribute.read(
        head("GET /b/k?attributes", ["x-amz-object-attributes: ETag,Etag"]).headers, name)
    }
    #expect(unknown?.message == "Invalid attribute name specified.")
    #expect(
      unknown.map { elements($0) } == ["ArgumentName=x-amz-object-attributes", "ArgumentValue=Etag"])
  }
}
