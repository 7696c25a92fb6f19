import Glibc
import Ring
import Testing

@testable import Metadata

@Suite struct FullDiskTests {
  /// The two reserves, as a disk fills up and is emptied.
  @Test(
    arguments: [
      (100, true, true), (50, true, true), (49, false, true), (10, false, true), (9, false, false),
      (0, false, false),
    ] as [(UInt64, Bool, Bool)])
  func reserves(free: UInt64, keeps: Bool, frees: Bool) {
    var options = MetadataOptions()
    options.freeBytesReserve = 50
    options.freeBytesForDeletes = 10
    let room = FreeSpace(path: "/", options).room(free: free)
    #expect((room.refusal(for: .keep) == nil) == keeps)
    #expect((room.refusal(for: .free) == nil) == frees)
    #expect(room.refusal(for: .keep).map { $0.code == .full } ?? true)
  }

  /// A disk whose reserve is reached: updates that keep something are refused, those that make room are not, reads
  /// go on.
  @Test func deletesGoOn() async throws {
    let directory = TemporaryDirectory()

    let roomy = try RocksMetadata.open(path: directory.store, blocking: testPool)
    try await roomy.put(key("a"), [1])
    try await roomy.put(key("b"), [2])
    roomy.close()
    var options = MetadataOptions()
    options.freeBytesReserve = 1 << 60
    options.freeBytesForDeletes = 0
    let store = try RocksMetadata.open(path: directory.store, options: options, blocking: testPool)
    #expect(store.refusal(for: .keep)?.code == .full)
    #expect(store.refusal(for: .free) == nil)
    do throws(MetadataError) {
      try await store.put(key("c"), [3])
      Issue.record("it was stored")
    } catch {
      #expect(error.code == .full)
    }
    try await store.update(anyKeyScope, for: .free) { (transaction) throws(MetadataError) in
      transaction.delete(key("a"))
    }
    #expect(try await store.get(key("a")) == nil)
    #expect(try await store.get(key("b")) == [2])
    let figures = store.statistics()
    #expect(figures.refused == 1 && figures.keepRefusal != nil && figures.freeRefusal == nil)
    #expect(!figures.isStopped)
    store.close()
    options.freeBytesForDeletes = 1 << 60
    let full = try RocksMetadata.open(path: directory.store, options: options, blocking: testPool)
    do throws(MetadataError) {
      try await full.update(anyKeyScope, for: .free) { (transaction) throws(MetadataError) in
        transaction.delete(key("b"))
      }
      Issue.record("it was deleted")
    } catch {
      #expect(error.code == .full)
    }
    #expect(try await full.get(key("b")) == [2])
    full.close()
  }
}
