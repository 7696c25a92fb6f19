import Primitives
import Ring
import Testing

@testable import Objects

@Suite struct ListUploadsTests {
  @Test(arguments: TestStore.Kind.allCases)
  func listingsAreWhatTheReferenceSays(_ kind: TestStore.Kind) async throws {
    let seed = UInt64.random(in: 0 ... .max)
    try await TestStore.with(kind) { store in
      var generator = SeededGenerator(seed: seed)
      let bucket = try await store.bucket()
      var uploads: [UploadInfo] = []
      for _ in 0..<120 {
        let key = try ObjectKey(validating: RandomKeys.key(&generator))
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          uploads.append(
            try await store.objects.createMultipartUpload(
              CreateMultipartUploadRequest(bucket: bucket, key: key, owner: TestStore.owner)))
        }
      }
      uploads.sort { ($0.key, $0.id.created) < ($1.key, $1.id.created) }
      for _ in 0..<200 {
        var request = ListMultipartUploadsRequest(bucket: bucket)
        request.prefix = RandomKeys.prefix(&generator)
        request.delimiter = RandomKeys.delimiter(&generator)
        request.keyMarker = RandomKeys.marker(&generator)
        request.limit = Int.random(in: 1...30, using: &generator)
        let expected = Self.reference(uploads, request)
        #expect(try await Self.all(store, request) == expected, "seed \(seed), \(request)")
      }
      // With an id marker: the younger uploads of the key, then the other keys.
      for (index, upload) in uploads.enumerated() where index % 10 == 0 {
        var request = ListMultipartUploadsRequest(bucket: bucket)
        request.keyMarker = upload.key.bytes
        request.uploadIDMarker = upload.id.text
        let rest = uploads[(index + 1)...].map(UploadListEntry.upload)
        #expect(try await Self.all(store, request) == rest)
      }
    }
  }

  private static func all(
    _ store: TestStore, _ first: ListMultipartUploadsRequest
  ) async throws -> [UploadListEntry] {
    var request = first
    var result: [UploadListEntry] = []
    while true {
      let page = try await store.objects.listMultipartUploads(request)
      #expect(page.entries.count <= request.limit)
      result += page.entries
      guard page.isTruncated else { return result }
      request.keyMarker = page.nextKeyMarker
      request.uploadIDMarker = page.nextUploadIDMarker
    }
  }

  private static func reference(
    _ uploads: [UploadInfo], _ request: ListMultipartUploadsRequest
  ) -> [UploadListEntry] {
    let groups = ListReference.entries(
      uploads.map(\.key.bytes), prefix: request.prefix, delimiter: request.delimiter,
      after: request.keyMarker)
    return groups.flatMap { group -> [UploadListEntry] in
      if group.isPrefix { return [.prefix(group.bytes)] }
      return uploads.filter { $0.key.bytes == group.bytes }.map { .upload($0) }
    }
  }

  @Test func markersAndMetadata() async throws {
    try await TestStore.with(.rocks) { store in
      let bucket = try await store.bucket()
      var create = CreateMultipartUploadRequest(
        bucket: bucket, key: try key("k"), owner: TestStore.other)
      create.checksumAlgorithm = .sha1
      create.system = SystemMetadata(contentType: "t")
      create.user = UserMetadata([(name: "a", value: "b")])
      let upload = try await store.objects.createMultipartUpload(create)
      var request = ListMultipartUploadsRequest(bucket: bucket)
      #expect(try await store.objects.listMultipartUploads(request).entries == [.upload(upload)])
      #expect(upload.owner == TestStore.other && upload.checksumType == .composite)
      request.uploadIDMarker = "nonsense"
      #expect(try await store.objects.listMultipartUploads(request).entries.count == 1)
      request.keyMarker = Array("a".utf8)
      await expectError(.invalidUploadIDMarker("nonsense")) {
        _ = try await store.objects.listMultipartUploads(request)
      }
      let part = try await store.part(bucket, upload, 1, [1])
      try await store.complete(bucket, upload, [part])
      #expect(try await store.info(bucket, "k").system == create.system)
      #expect(try await store.info(bucket, "k").user == create.user)
      #expect(try await store.info(bucket, "k").owner == TestStore.other)
      #expect(
        try await store.objects.listMultipartUploads(ListMultipartUploadsRequest(bucket: bucket)).entries
          .isEmpty)
    }
  }

  @Test func partsArePaged() async throws {
    try await TestStore.with(.rocks) { store in
      let bucket = try await store.bucket()
      let upload = try await store.begin(bucket, "k", .crc32)
      var parts: [PartInfo] = []
      for number in stride(from: 2, through: 60, by: 3) {
        parts.append(try await store.part(bucket, upload, number, patternBytes(number * 300)))
      }
      for limit in [1, 7, 20, 1000] {
        var request = ListPartsRequest(bucket: bucket, key: upload.key, uploadID: upload.id.text)
        request.limit = limit
        var listed: [PartInfo] = []
        while true {
          let page = try await store.objects.listParts(request)
          #expect(page.upload == upload && page.parts.count <= limit)
          listed += page.parts
          #expect(page.next == listed.last?.number)
          guard page.isTruncated else { break }
          request.after = page.next
        }
        #expect(listed == parts)
      }
      var request = ListPartsRequest(bucket: bucket, key: upload.key, uploadID: upload.id.text)
      for after in [60, 70_000, Int.max] {
        request.after = after
        let page = try await store.objects.listParts(request)
        #expect(page.parts.isEmpty && !page.isTruncated && page.next == 0)
      }
      request.uploadID = UploadID(created: 1, random: 2).text
      await expectError(.noSuchUpload(id: request.uploadID)) {
        _ = try await store.objects.listParts(request)
      }
    }
  }
}
