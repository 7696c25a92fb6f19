import HTTP
import Primitives
import Ring
import Testing

@testable import API

/// Requests that the memory budget has no room for: 503 SlowDown, and nothing is left behind.
@Suite(.serialized) struct MemoryChainTests {
  /// Enough for connections and small requests, and half of it too little for a large one.
  static let small = 256 << 10

  @Test func largeUploadsAndDownloadsAreRefusedSmallOnesAreNot() async throws {
    let memory = MemoryBudget(limit: Self.small)
    try await RunningAPI.run(memory: memory) { api in
      #expect(try await api.send("PUT", "/photos").status == 200)
      #expect(try await api.send("PUT", "/photos/small", body: bytes("hello")).status == 200)
      #expect(try await api.send("GET", "/photos/small").text == "hello")
      let packed = [UInt8](repeating: 1, count: 8 << 10)
      #expect(try await api.send("PUT", "/photos/packed", body: packed).status == 200)
      #expect(try await api.send("GET", "/photos/packed").body == packed)
      let refused = try await api.send("PUT", "/photos/large", body: [UInt8](repeating: 1, count: 1 << 20))
      #expect(refused.status == 503 && refused.code == "SlowDown")
      #expect(try await api.send("GET", "/photos/large").code == "NoSuchKey")
      #expect(memory.refused(.upload) == 1)
      #expect(api.observer.all.contains { $0.outcome.errorCode == "SlowDown" && $0.operation == "PutObject" })
    }
  }

  @Test func aLargeObjectIsRefusedBeforeItIsRead() async throws {
    let body = [UInt8](repeating: 7, count: 600 << 10)
    let memory = MemoryBudget(limit: 4 << 20)
    try await RunningAPI.run(memory: memory) { api in
      _ = try await api.send("PUT", "/photos")
      #expect(try await api.send("PUT", "/photos/large", body: body).status == 200)
      #expect(try await api.send("GET", "/photos/large").body == body)
      let others = MemoryClaim(memory)
      #expect(others.grow(by: 2 << 20, for: .upload))
      let refused = try await api.send("GET", "/photos/large")
      #expect(refused.status == 503 && refused.code == "SlowDown" && memory.refused(.download) == 1)
      #expect(try await api.send("HEAD", "/photos/large").status == 200)
      #expect(try await api.send("GET", "/photos?list-type=2").status == 200)
      others.endRequest(keeping: 0)
      #expect(try await api.send("GET", "/photos/large").body == body)
    }
  }

  @Test func documentsAreClaimedWithTheirTrees() async throws {
    let memory = MemoryBudget(limit: 1 << 20)
    try await RunningAPI.run(memory: memory) { api in
      _ = try await api.send("PUT", "/photos")
      func delete(_ keys: Int) async throws -> Answer {
        let objects = (0..<keys).map { "<Object><Key>key-\($0)</Key></Object>" }.joined()
        let document = bytes("<Delete>\(objects)</Delete>")
        let md5 = Base64.encode(MD5.hash(document))
        return try await api.send("POST", "/photos?delete", [("content-md5", md5)], body: document)
      }
      #expect(try await delete(10).status == 200)
      let refused = try await delete(1_000)
      #expect(refused.status == 503 && refused.code == "SlowDown" && memory.refused(.document) == 1)
    }
  }

  @Test func aRequestWithoutMemoryIsRefusedInTheDialect() async throws {
    // A connection, and half a request.
    let memory = MemoryBudget(limit: 24 << 10)
    try await RunningAPI.run(memory: memory) { api in
      let refused = try await api.send("GET", "/photos")
      #expect(refused.status == 503 && refused.code == "SlowDown")
      #expect(refused.fields["x-amz-request-id"]?.count == 16)
      #expect(api.observer.all.map(\.outcome.status) == [503])
      #expect(memory.refused(.request) == 1)
    }
  }
}
