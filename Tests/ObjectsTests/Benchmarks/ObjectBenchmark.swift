import Glibc
import Metadata
import Primitives
import Ring
import Testing
import Volumes

@testable import Objects

/// Run by hand, in a release build: `WEIR_BENCHMARK=1 swift test -c release -Xswiftc -enable-testing --filter
/// ObjectBenchmark`. Figures go to docs/performance.md.
@Suite(.serialized, .enabled(if: unsafe getenv("WEIR_BENCHMARK") != nil))
struct ObjectBenchmark {
  private static var options: VolumeOptions {
    var options = VolumeOptions()
    options.freeBytesReserve = 0
    return options
  }

  private static func with(_ body: @escaping @Sendable (TestStore) async throws -> Void) async throws {
    try await TestStore.with(.rocks, volumes: options, body)
  }

  /// PUT of an inline object with 64 waiting, then GET of the same keys, and a HEAD.
  @Test(arguments: [100, 4096, 16_384])
  func putAndGet(_ size: Int) async throws {
    try await Self.with { store in
      let bucket = try await store.bucket()
      let total = 100_000
      let bytes = patternBytes(size)
      let before = store.metadata.statistics().committerCPUNanoseconds
      try await Self.timed("PUT \(size) B, 64 at a time", total) {
        try await Self.concurrently(64, total) { index in
          try await store.put(bucket, "key-\(index)", bytes)
        }
      }
      let statistics = store.metadata.statistics()
      let committer = (statistics.committerCPUNanoseconds - before) / UInt64(total)
      print("  committer \(committer) ns an update, \(total / Int(statistics.groups)) updates a group")
      for round in 1...2 {
        try await Self.timed("GET \(size) B, round \(round)", total) {
          for index in 0..<total {
            let object = try await store.objects.openObject(bucket: bucket, key: key("key-\(index)"))
            if object.inlineBytes(0..<object.info.size) == nil { _ = try await store.read(object) }
          }
        }
      }
      try await Self.timed("HEAD \(size) B", total) {
        for index in 0..<total { _ = try await store.info(bucket, "key-\(index)") }
      }
      let statistics2 = store.metadata.statistics()
      print("  memory hits \(statistics2.memoryHits), misses \(statistics2.memoryMisses)")
    }
  }

  @Test func largePuts() async throws {
    try await Self.with { store in
      let bucket = try await store.bucket()
      let bytes = patternBytes(64 << 20)
      for round in 0..<4 {
        try await Self.timed("PUT 64 MiB, MB/s below are MiB", 64) {
          try await store.put(bucket, "big\(round)", bytes, portion: 256 << 10)
        }
      }
      try await Self.timed("GET 64 MiB", 64) {
        let object = try await store.objects.openObject(bucket: bucket, key: key("big0"))
        let reader = try object.read(0..<object.info.size)
        while try await unsafe reader.next() != nil {}
        await reader.close()
      }
    }
  }

  /// Listing a million keys, a thousand a page; and the first page of a delimiter listing over them.
  @Test(arguments: [0, 100, 4096])
  func listAMillion(_ size: Int) async throws {
    try await Self.with { store in
      let bucket = try await store.bucket()
      let total = 1_000_000
      try await Self.fill(store, bucket, total, size)
      for round in 1...3 {
        try await Self.timed("LIST of \(size) B objects, round \(round)", total) {
          var request = ListObjectsRequest(bucket: bucket)
          var seen = 0
          while true {
            let page = try await store.objects.listObjects(request)
            seen += page.entries.count
            guard let next = page.next else { break }
            request.after = next
          }
          #expect(seen == total)
        }
      }
      var request = ListObjectsRequest(bucket: bucket)
      request.delimiter = [UInt8(ascii: "/")]
      for round in 1...3 {
        try await Self.timed("LIST with a delimiter, 1000 prefixes of \(size) B objects, round \(round)", 1) {
          let page = try await store.objects.listObjects(request)
          #expect(page.entries.count == 1000)
        }
      }
    }
  }

  /// Rows as PUT writes them, a thousand a commit.
  private static func fill(
    _ store: TestStore, _ bucket: BucketInfo, _ total: Int, _ size: Int
  ) async throws {
    let noise = patternBytes(size + 4096, seed: 3)
    for start in stride(from: 0, to: total, by: 1000) {
      try await store.metadata.update(.system) { (transaction) throws(ObjectError) in
        for number in start..<(start + 1000) {
          let offset = (number &* 337) & 0xFFF
          let bytes = noise[offset..<(offset + size)]
          var record = RecordSamples.inline
          record.fields = MetadataFields(
            system: SystemMetadata(contentType: "application/octet-stream"))
          record.row.checksumAlgorithm = .crc64nvme
          record.checksum = [1, 2, 3, 4, 5, 6, 7, 8]
          record.row.size = UInt64(size)
          record.content = .inline(bytes)
          let name = "prefix-\(String(number / 1000 + 1_000))/key-\(String(number % 1000 + 1000))"
          transaction.put(ObjectTables.object(bucket.id, Array(name.utf8)), record.encode())
        }
      }
    }
  }

  private static func concurrently(
    _ tasks: Int, _ total: Int, _ body: @escaping @Sendable (Int) async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<tasks {
        group.addTask {
          for index in stride(from: task, to: total, by: tasks) { try await body(index) }
        }
      }
      try await group.waitForAll()
    }
  }

  private static func timed(_ what: String, _ count: Int, _ body: () async throws -> Void) async throws {
    let cpu = ring()
    let started = ContinuousClock.now
    try await body()
    let elapsed = ContinuousClock.now - started
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    let microseconds = Double(ring() - cpu) / 1000 / Double(count)
    print(
      "\(what): \(Int(Double(count) / seconds))/s, \(seconds * 1e6 / Double(count)) us each,"
        + " \(microseconds) us of the ring's CPU")
  }

  /// CPU nanoseconds of this thread.
  private static func ring() -> UInt64 {
    var time = timespec()
    // SAFETY: the pointer is to a local of the right type.
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
