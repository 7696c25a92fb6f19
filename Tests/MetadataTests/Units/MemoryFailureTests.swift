import Testing

@testable import Metadata

@Suite struct MemoryFailureTests {
  @Test func aFailedCommitStopsTheStore() async throws {
    let store = MemoryMetadata()
    try await store.put(key("a"), [1])
    store.failCommits(with: MetadataError(.full, "no room"))
    await #expect(throws: MetadataError(.full, "no room").ofFailedWrite) {
      try await store.put(key("a"), [2])
    }
    #expect(!store.statistics().isStopped)
    store.failCommits(with: MetadataError(.io, "broken"))
    await #expect(throws: MetadataError(.io, "broken").ofFailedWrite) {
      try await store.put(key("a"), [2])
    }
    do throws(MetadataError) {
      try await store.put(key("a"), [3])
      Issue.record("a stopped store took an update")
    } catch {
      #expect(error.code == .io)
      #expect(!error.mayHaveCommitted)
    }
    #expect(store.statistics().isStopped)
    #expect(try await store.get(key("a")) == [1])
  }
}
