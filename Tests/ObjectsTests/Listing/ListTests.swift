import Primitives
import Ring
import Testing

@testable import Objects

@Suite struct ListTests {
  /// Random keys, prefixes, delimiters, markers and page sizes, against the reference.
  @Test(arguments: TestStore.Kind.allCases)
  func listingsAreWhatTheReferenceSays(_ kind: TestStore.Kind) async throws {
    let seed = UInt64.random(in: 0 ... .max)
    try await TestStore.with(kind) { store in
      var generator = SeededGenerator(seed: seed)
      let bucket = try await store.bucket()
      let before = try await store.bucket("before")
      try await store.put(before, "zzz", [1])
      var keys: Set<[UInt8]> = []
      for _ in 0..<250 {
        let bytes = RandomKeys.key(&generator)
        keys.insert(bytes)
        var request = PutObjectRequest(
          bucket: bucket, key: try ObjectKey(validating: bytes), owner: TestStore.owner)
        request.owner = bytes.count % 2 == 0 ? TestStore.owner : TestStore.other
        _ = try await store.objects.putObject(request, body: BytesBody(bytes))
      }
      for _ in 0..<400 {
        var request = ListObjectsRequest(bucket: bucket)
        request.prefix = RandomKeys.prefix(&generator)
        request.delimiter = RandomKeys.delimiter(&generator)
        request.after = RandomKeys.marker(&generator)
        request.limit = Int.random(in: 1...40, using: &generator)
        let expected = ListReference.entries(
          Array(keys), prefix: request.prefix, delimiter: request.delimiter, after: request.after)
        let listed = try await Self.all(store, request)
        #expect(listed == expected, "seed \(seed), \(request)")
      }
    }
  }

  /// Every page of a listing; checks what each says of itself.
  private static func all(
    _ store: TestStore, _ first: ListObjectsRequest
  ) async throws -> [ListReference.Entry] {
    var request = first
    var result: [ListReference.Entry] = []
    while true {
      let page = try await store.objects.listObjects(request)
      #expect(page.entries.count <= request.limit)
      for entry in page.entries {
        let key = Array(page.key(entry))
        result.append(ListReference.Entry(bytes: key, isPrefix: entry.isPrefix))
        if entry.isPrefix { continue }
        #expect(entry.size == UInt64(key.count) && entry.etag.md5 == MD5.hash(key))
        #expect(entry.checksumAlgorithm == .crc64nvme && entry.checksumType == .fullObject)
        let owner = page.owners[Int(entry.owner)]
        #expect(owner == (key.count % 2 == 0 ? TestStore.owner : TestStore.other))
      }
      #expect(page.isTruncated == (page.next != nil))
      guard let next = page.next else { return result }
      #expect(page.entries.count == request.limit && next == result.last?.bytes)
      request.after = next
    }
  }

  /// Many large prefixes in a row, then small ones and none: however each is passed, none is left out or told twice.
  @Test(arguments: TestStore.Kind.allCases)
  func prefixesLargeAndSmall(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind) { store in
      let bucket = try await store.bucket()
      let sizes = (0..<40).map { $0 < 24 ? 6 : [1, 3, 4, 5][$0 % 4] }
      var keys: [String] = []
      for (index, size) in sizes.enumerated() {
        keys.append("\(100 + index)")
        for number in 0..<size { keys.append("\(100 + index)/\(number)") }
      }
      for key in keys { try await store.put(bucket, key, []) }
      var request = ListObjectsRequest(bucket: bucket)
      request.delimiter = [UInt8(ascii: "/")]
      let page = try await store.objects.listObjects(request)
      let found = page.entries.map { String(decoding: page.key($0), as: Unicode.UTF8.self) }
      #expect(found == sizes.indices.flatMap { ["\(100 + $0)", "\(100 + $0)/"] })
    }
  }

  @Test func boundsOfAPage() async throws {
    var limits = ObjectLimits()
    limits.pageLength = 5
    try await TestStore.with(limits: limits) { store in
      let bucket = try await store.bucket()
      for index in 0..<7 { try await store.put(bucket, "k\(index)", []) }
      var request = ListObjectsRequest(bucket: bucket)
      for limit in [0, -1] {
        request.limit = limit
        let page = try await store.objects.listObjects(request)
        #expect(page.entries.isEmpty && !page.isTruncated)
      }
      request.limit = 1000
      let page = try await store.objects.listObjects(request)
      #expect(page.entries.count == 5 && page.isTruncated && page.next == Array("k4".utf8))
      // Only keys of the last group are left: nothing follows.
      try await store.put(bucket, "z/1", [])
      try await store.put(bucket, "z/2", [])
      request.delimiter = [UInt8(ascii: "/")]
      request.after = Array("k3".utf8)
      request.limit = 4
      let last = try await store.objects.listObjects(request)
      #expect(last.entries.count == 4 && last.entries[3].isPrefix && !last.isTruncated)
    }
  }

  @Test func aListingSeesWritesAtOnce() async throws {
    try await TestStore.with(.rocks) { store in
      let bucket = try await store.bucket()
      for index in 0..<20 {
        try await store.put(bucket, "k\(index)", patternBytes(index * 1000))
        let page = try await store.objects.listObjects(ListObjectsRequest(bucket: bucket))
        #expect(page.entries.count == index + 1)
        #expect(page.entries.reduce(0) { $0 + $1.size } == UInt64((0...index).reduce(0) { $0 + $1 * 1000 }))
      }
    }
  }
}

/// Keys from a small alphabet, so that prefixes, groups and neighbours occur.
enum RandomKeys {
  static func key(_ generator: inout SeededGenerator) -> [UInt8] {
    let count = Int.random(in: 1...8, using: &generator)
    return (0..<count).flatMap { _ in Array((pieces.randomElement(using: &generator) ?? "a").utf8) }
  }

  static func prefix(_ generator: inout SeededGenerator) -> [UInt8] {
    Bool.random(using: &generator)
      ? [] : Array(key(&generator).prefix(Int.random(in: 0...4, using: &generator)))
  }

  static func delimiter(_ generator: inout SeededGenerator) -> [UInt8] {
    Array((["", "/", "/", "//", "ab", "\u{0}"].randomElement(using: &generator) ?? "").utf8)
  }

  static func marker(_ generator: inout SeededGenerator) -> [UInt8] {
    Bool.random(using: &generator) ? [] : key(&generator)
  }

  private static let pieces = ["a", "b", "/", "//", "ab", "\u{0}", "é", "\u{7F}", "a/b/"]
}
