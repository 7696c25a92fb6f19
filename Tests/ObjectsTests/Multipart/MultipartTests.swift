import Primitives
import Testing
import Volumes

@testable import Objects

@Suite struct MultipartTests {
  /// Each part must follow the last one, or be that one again; by copy too.
  @Test func sequentialUploads() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.bucket()
      try await store.put(bucket, "source", patternBytes(5_000))
      var request = CreateMultipartUploadRequest(
        bucket: bucket, key: try key("k"), owner: TestStore.owner)
      request.isSequential = true
      let upload = try await store.objects.createMultipartUpload(request)
      await expectError(.partNotSequential(number: 2)) {
        try await store.part(bucket, upload, 2, patternBytes(2_000))
      }
      await expectError(.partNotSequential(number: 2)) {
        try await store.partCopy(bucket, upload, 2, from: "source")
      }
      try await store.part(bucket, upload, 1, patternBytes(2_000))
      var parts = [try await store.part(bucket, upload, 1, patternBytes(3_000))]
      parts.append(try await store.partCopy(bucket, upload, 2, from: "source"))
      await expectError(.partNotSequential(number: 1)) {
        try await store.part(bucket, upload, 1, patternBytes(2_000))
      }
      await expectError(.partNotSequential(number: 4)) {
        try await store.part(bucket, upload, 4, patternBytes(2_000))
      }
      parts.append(try await store.part(bucket, upload, 3, [1]))
      try await store.complete(bucket, upload, parts)
      #expect(try await store.get(bucket, "k") == patternBytes(3_000) + patternBytes(5_000) + [1])
      try await expectSound(store)
    }
  }

  /// Few parts stand in the record, more in one row, many in rows that are written ahead.
  @Test(arguments: TestStore.Kind.allCases, [1, 3, 12, 30, 210])
  func objectsOfParts(_ kind: TestStore.Kind, _ count: Int) async throws {
    try await TestStore.with(kind, limits: .small) { store in
      let bucket = try await store.bucket()
      let upload = try await store.begin(bucket, "k")
      var parts: [PartInfo] = []
      var bytes: [UInt8] = []
      for number in 1...count {
        let part = patternBytes(number % 2 == 0 ? 1000 : 6000, seed: UInt64(number))
        let info = try await store.part(bucket, upload, number, part)
        #expect(info.etag.md5 == MD5.hash(part) && info.size == UInt64(part.count))
        #expect(info.checksum == nil)
        parts.append(info)
        bytes += part
      }
      let result = try await store.complete(bucket, upload, parts)
      #expect(result.etag == ETag(md5: MD5.hash(parts.flatMap(\.etag.md5)), partCount: count))
      #expect(result.size == UInt64(bytes.count))
      let crc = Digest(.crc64nvme)
      crc.update(bytes)
      #expect(result.checksum.value == crc.finish() && result.checksum.type == .fullObject)
      #expect(result.lastModified == upload.initiated)
      #expect(try await store.get(bucket, "k") == bytes)
      try await expectSound(store)

      let info = try await store.info(bucket, "k")
      #expect(info.partCount == count && info.etag == result.etag)
      var position: UInt64 = 0
      for number in 1...count {
        let (_, part) = try await store.objects.objectPart(bucket: bucket, key: key("k"), number: number)
        #expect(part.range == position..<(position + parts[number - 1].size))
        position = part.range.upperBound
      }
      await expectError(.invalidPartNumber(requested: count + 1, actual: count)) {
        _ = try await store.objects.objectPart(bucket: bucket, key: key("k"), number: count + 1)
      }
      let object = try await store.objects.openObject(bucket: bucket, key: key("k"))
      for _ in 0..<20 {
        let lower = Int.random(in: 0...bytes.count)
        let upper = Int.random(in: lower...bytes.count)
        let read = try await store.read(object, UInt64(lower)..<UInt64(upper))
        #expect(read == Array(bytes[lower..<upper]))
      }
      try await store.delete(bucket, "k")
      try await expectSound(store)
      #expect(store.volumes.statistics().liveBytes == 0)
    }
  }

  @Test(arguments: [
    (ChecksumAlgorithm.crc32, ChecksumType?.none), (.crc32, .fullObject), (.crc32c, .composite),
    (.crc32c, .fullObject), (.crc64nvme, nil), (.sha1, nil), (.sha256, .composite),
  ])
  func checksumsOfParts(_ algorithm: ChecksumAlgorithm, _ wanted: ChecksumType?) async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.bucket()
      let upload = try await store.begin(bucket, "k", algorithm, wanted)
      let type: ChecksumType = wanted ?? (algorithm == .crc64nvme ? .fullObject : .composite)
      #expect(upload.checksumType == type)
      let bytes = (1...3).map { patternBytes(5000, seed: UInt64($0)) }
      var parts: [PartInfo] = []
      for number in 1...3 {
        parts.append(try await store.part(bucket, upload, number, bytes[number - 1]))
        let digest = Digest(DigestAlgorithm(algorithm))
        digest.update(bytes[number - 1])
        #expect(parts[number - 1].checksum?.value == digest.finish())
      }
      let digest = Digest(DigestAlgorithm(algorithm))
      for part in 0..<3 {
        digest.update(type == .composite ? parts[part].checksum?.value ?? [] : bytes[part])
      }
      let value = digest.finish()
      let wrong = ExpectedChecksum(algorithm: algorithm, value: value.reversed() + [])
      await expectError(.checksumMismatch(algorithm)) {
        try await store.complete(bucket, upload, parts) { $0.expectedChecksum = wrong }
      }
      let other: ChecksumType = type == .composite ? .fullObject : .composite
      await expectError(.checksumTypeMismatch(created: type)) {
        try await store.complete(bucket, upload, parts) { $0.checksumType = other }
      }
      await expectError(
        .invalidPart(uploadID: upload.id.text, number: 2, etag: parts[1].etag.text)
      ) {
        try await store.complete(bucket, upload, parts) {
          $0.parts[1].checksum = ExpectedChecksum(algorithm: algorithm, value: [0])
        }
      }
      if type == .composite {
        await expectError(.partChecksumMissing(algorithm, number: 2)) {
          try await store.complete(bucket, upload, parts) { $0.parts[1].checksum = nil }
        }
      }
      let result = try await store.complete(bucket, upload, parts) {
        $0.checksumType = type
        $0.expectedChecksum = ExpectedChecksum(
          algorithm: algorithm, value: value, partCount: type == .composite ? 3 : nil)
      }
      #expect(result.checksum.value == value && result.checksum.type == type)
      #expect(result.checksum.partCount == (type == .composite ? 3 : nil))
      let (_, page) = try await store.objects.objectParts(
        bucket: bucket, key: key("k"), after: 0, limit: 10)
      #expect(page.total == 3 && page.parts.map(\.number) == [1, 2, 3] && !page.isTruncated)
      for part in 0..<3 {
        #expect(page.parts[part].checksum == (type == .composite ? parts[part].checksum : nil))
      }
      try await expectSound(store)
    }
  }

  @Test func impossibleChecksumsAreRefused() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      let bad: [(ChecksumAlgorithm, ChecksumType)] = [
        (.crc64nvme, .composite), (.sha1, .fullObject), (.sha256, .fullObject),
      ]
      for (algorithm, type) in bad {
        await expectError(.checksumTypeUnsupported(algorithm, type)) {
          _ = try await store.begin(bucket, "k", algorithm, type)
        }
      }
      await expectError(.checksumTypeWithoutAlgorithm) {
        _ = try await store.begin(bucket, "k", nil, .fullObject)
      }
      let plain = try await store.begin(bucket, "k")
      let composite = try await store.begin(bucket, "k", .sha256)
      let full = try await store.begin(bucket, "k", .crc32, .fullObject)
      func upload(_ upload: UploadInfo, _ algorithm: ChecksumAlgorithm?) async throws {
        var request = UploadPartRequest(
          bucket: bucket, key: upload.key, uploadID: upload.id.text, number: 1)
        request.checksumAlgorithm = algorithm
        _ = try await store.objects.uploadPart(request, body: BytesBody([1]))
      }
      // boto3 sends CRC-32 with the parts of an upload it created without an algorithm.
      try await upload(plain, .crc32)
      await expectError(.checksumAlgorithmMismatch(expected: .sha256, actual: nil)) {
        try await upload(composite, nil)
      }
      await expectError(.checksumAlgorithmMismatch(expected: .crc32, actual: .sha1)) {
        try await upload(full, .sha1)
      }
      try await upload(full, nil)
      try await upload(plain, nil)
    }
  }

  /// boto3 sends CRC-32 with the parts of an upload that it created without an algorithm.
  @Test func anUndeclaredUploadTakesAnyChecksum() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      let upload = try await store.begin(bucket, "k")
      let bytes = patternBytes(9000)
      let crc = Digest(.crc32)
      crc.update(bytes)
      let value = crc.finish()
      var request = UploadPartRequest(
        bucket: bucket, key: upload.key, uploadID: upload.id.text, number: 1)
      request.checksumAlgorithm = .crc32
      request.expectedChecksum = [0, 0, 0, 0]
      await expectError(.checksumMismatch(.crc32)) {
        _ = try await store.objects.uploadPart(request, body: BytesBody(bytes))
      }
      request.expectedChecksum = value
      let part = try await store.objects.uploadPart(request, body: BytesBody(bytes))
      let result = try await store.complete(bucket, upload, [part]) {
        $0.parts[0].checksum = ExpectedChecksum(algorithm: .crc32, value: value)
      }
      let whole = Digest(.crc64nvme)
      whole.update(bytes)
      #expect(result.checksum.algorithm == .crc64nvme && result.checksum.value == whole.finish())
      try await expectSound(store)
    }
  }

  @Test func listsThatAreWrong() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.bucket()
      let upload = try await store.begin(bucket, "k")
      let id = upload.id.text
      let one = try await store.part(bucket, upload, 1, patternBytes(2000))
      let two = try await store.part(bucket, upload, 2, patternBytes(999))
      let three = try await store.part(bucket, upload, 5, patternBytes(5000))
      await expectError(.noParts) { try await store.complete(bucket, upload, []) }
      await expectError(.invalidPartOrder(uploadID: id, number: 1, etag: one.etag.text)) {
        try await store.complete(bucket, upload, [three, one])
      }
      await expectError(.invalidPartOrder(uploadID: id, number: 1, etag: one.etag.text)) {
        try await store.complete(bucket, upload, [one, one])
      }
      await expectError(.invalidPart(uploadID: id, number: 3, etag: "x")) {
        try await store.complete(bucket, upload, [three, one]) {
          $0.parts.append(CompletedPart(number: 3, etag: "x"))
        }
      }
      await expectError(.invalidPart(uploadID: id, number: 1, etag: two.etag.text)) {
        try await store.complete(bucket, upload, [one]) { $0.parts[0].etag = two.etag.text }
      }
      await expectError(.partTooSmall(proposed: 999, minimum: 1000, number: 2, etag: two.etag)) {
        try await store.complete(bucket, upload, [one, two, three])
      }
      await expectError(.objectSizeMismatch(declared: 7, actual: 2999)) {
        try await store.complete(bucket, upload, [one, two]) { $0.objectSize = 7 }
      }
      await expectError(.noSuchKey(upload.key)) {
        try await store.complete(bucket, upload, [one, two]) { $0.conditions.ifMatch = .any }
      }
      try await expectSound(store)
      // It is still whole: gaps in the numbers are fine, what is not listed goes.
      let result = try await store.complete(bucket, upload, [one, three]) {
        $0.objectSize = 7000
        $0.parts[0].etag = one.etag.text.uppercased()
      }
      #expect(result.size == 7000)
      #expect(try await store.get(bucket, "k") == patternBytes(2000) + patternBytes(5000))
      let (_, part) = try await store.objects.objectPart(bucket: bucket, key: key("k"), number: 2)
      #expect(part.range == 2000..<7000)
      try await expectSound(store)
    }
  }

  @Test func partNumbersHaveBounds() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      let upload = try await store.begin(bucket, "k")
      for number in [Int.min, -1, 0, 10_001, Int.max] {
        await expectError(.partNumberOutOfRange(number: number, maximum: 10_000)) {
          try await store.part(bucket, upload, number, [1])
        }
        await expectError(.partNumberOutOfRange(number: number, maximum: 10_000)) {
          try await store.partCopy(bucket, upload, number, from: "x")
        }
      }
      let last = try await store.part(bucket, upload, 10_000, [1])
      let parts = try await store.objects.listParts(
        ListPartsRequest(bucket: bucket, key: upload.key, uploadID: upload.id.text))
      #expect(parts.parts == [last])
      try await store.complete(bucket, upload, [last])
      #expect(try await store.get(bucket, "k") == [1])
    }
  }

  @Test(arguments: TestStore.Kind.allCases)
  func repeatsAndUnknownUploads(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind, limits: .small) { store in
      let bucket = try await store.bucket()
      let upload = try await store.begin(bucket, "k")
      let missing = ObjectError.noSuchUpload(id: upload.id.text)
      let parts = [
        try await store.part(bucket, upload, 1, patternBytes(5000)),
        try await store.part(bucket, upload, 2, [1]),
      ]
      let first = try await store.complete(bucket, upload, parts)
      #expect(try await store.complete(bucket, upload, parts) == first)
      await expectError(missing) { try await store.complete(bucket, upload, [parts[0]]) }
      try await store.abort(bucket, upload)
      #expect(try await store.info(bucket, "k").etag == first.etag)
      await expectError(missing) { try await store.part(bucket, upload, 1, [1]) }
      try await store.put(bucket, "k", [1])
      await expectError(missing) { try await store.complete(bucket, upload, parts) }
      await expectError(missing) { try await store.abort(bucket, upload) }
      // The id is bound to its key.
      let second = try await store.begin(bucket, "k")
      var request = UploadPartRequest(
        bucket: bucket, key: try key("other"), uploadID: second.id.text, number: 1)
      await expectError(.noSuchUpload(id: second.id.text)) {
        _ = try await store.objects.uploadPart(request, body: BytesBody([1]))
      }
      request.uploadID = "never"
      await expectError(.noSuchUpload(id: "never")) {
        _ = try await store.objects.uploadPart(request, body: BytesBody([1]))
      }
      try await store.abort(bucket, second)
      await expectError(.noSuchUpload(id: second.id.text)) { try await store.abort(bucket, second) }
      try await expectSound(store)
    }
  }

  @Test(arguments: TestStore.Kind.allCases, [2, 50])
  func abortsFreeEverything(_ kind: TestStore.Kind, _ count: Int) async throws {
    try await TestStore.with(kind, limits: .small) { store in
      let bucket = try await store.bucket()
      let upload = try await store.begin(bucket, "k")
      for number in 1...count { try await store.part(bucket, upload, number, patternBytes(6000)) }
      try await store.part(bucket, upload, 1, patternBytes(7000))
      try await expectSound(store)
      try await store.abort(bucket, upload)
      try await expectSound(store)
      #expect(store.volumes.statistics().liveBytes == 0)
      await expectError(.noSuchKey(upload.key)) { _ = try await store.get(bucket, "k") }
    }
  }

  /// Parts that change while Complete works: the object is of the old list or the call fails, and nothing
  /// leaks.
  @Test(arguments: TestStore.Kind.allCases)
  func racesOfPartsAndComplete(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind, limits: .small, rings: 2) { store in
      let bucket = try await store.bucket()
      for round in 0..<6 {
        let upload = try await store.begin(bucket, "k\(round)")
        var parts: [PartInfo] = []
        for number in 1...25 {
          parts.append(try await store.part(bucket, upload, number, patternBytes(5000)))
        }
        let listed = parts
        await withTaskGroup(of: Void.self) { group in
          group.addTask { _ = try? await store.complete(bucket, upload, listed) }
          group.addTask { _ = try? await store.complete(bucket, upload, listed) }
          for number in 20..<30 {
            group.addTask { _ = try? await store.part(bucket, upload, number, patternBytes(4500)) }
          }
          if round % 2 == 0 { group.addTask { _ = try? await store.abort(bucket, upload) } }
        }
        _ = try? await store.abort(bucket, upload)
        try await expectSound(store)
      }
    }
  }
}
