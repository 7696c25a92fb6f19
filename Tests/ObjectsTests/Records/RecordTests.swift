import Primitives
import Ring
import Testing
import Volumes

@testable import Objects

@Suite struct RecordTests {
  @Test func recordsReadBackWhatWasWritten() throws {
    for sample in [
      RecordSamples.inline, RecordSamples.pieces, RecordSamples.moved, RecordSamples.parts,
      RecordSamples.manifest, RecordSamples.appended,
      RecordSamples.symlink, RecordSamples.restored,
    ] {
      var expected = sample
      let read = try ObjectRecord(decoding: sample.encode())
      expected.row.recordLength = read.row.recordLength
      #expect(read == expected)
    }
    #expect(try UploadRecord(decoding: RecordSamples.uploadRecord.encode()) == RecordSamples.uploadRecord)
    #expect(
      try UploadRecord(decoding: RecordSamples.sequentialUpload.encode()) == RecordSamples.sequentialUpload)
    for part in [RecordSamples.partInline, RecordSamples.partPieces] {
      #expect(try PartRecord(decoding: part.encode()) == part)
    }
    #expect(try ReferenceRecord(decoding: RecordSamples.reference.encode()) == RecordSamples.reference)
    for record in RecordSamples.cleanUps { #expect(try CleanUpRecord(decoding: record.encode()) == record) }
    let bucket = try RecordSamples.bucket()
    #expect(try BucketRecord.decode(name: Array("bucket".utf8), BucketRecord.encode(bucket)) == bucket)
    for bucket in [
      try RecordSamples.wormBucket(), try RecordSamples.crossOriginBucket(),
      try RecordSamples.refererBucket(), try RecordSamples.lifecycleBucket(),
      try RecordSamples.classBucket(), try RecordSamples.transitionBucket(),
    ] {
      let read = try BucketRecord.decode(name: Array("bucket".utf8), BucketRecord.encode(bucket))
      #expect(read == bucket)
    }
    let setUp = RecordSamples.lifecycleSetUp
    #expect(try LifecycleSetUp(decoding: setUp.encode()) == setUp)
    #expect(try AppendState(decoding: RecordSamples.appendState.encode()) == RecordSamples.appendState)
    #expect(try ManifestRow.decode(RecordSamples.manifestRow).map(\.number) == [1, 2])
  }

  /// docs/format/metadata.md in bytes. A change here is a change of the format: it needs a new version.
  @Test func goldenBytes() throws {
    var seen: [String: String] = [:]
    for sample in try RecordSamples.all() { seen[sample.name] = Hex.encode(sample.bytes) }
    for (name, bytes) in RecordGoldens.byName { #expect(seen[name] == bytes, "\(name)") }
    #expect(seen.count == RecordGoldens.byName.count)
  }

  @Test func aRecordThatIsTooLongIsNotEncoded() {
    var record = RecordSamples.pieces
    let length = record.encode().count
    #expect(record.encode(upTo: length)?.count == length && record.encode(upTo: length - 1) == nil)
    record.content = .pieces(
      (0..<20_000).map { index in
        .slice(
          BlobSlice(
            blob: BlobID(high: 1, low: UInt64(index)),
            extents: [
              ExtentLocation(volume: 0, segment: 1, offset: UInt64(index) << 20, length: 9)
            ]))
      })
    #expect(record.encode(upTo: ObjectRow.longest) == nil)
  }

  @Test func unknownVersionsAreRefused() throws {
    for sample in try RecordSamples.all() {
      var bytes = sample.bytes
      bytes[0] = 2
      #expect(throws: RecordError.unknownVersion(2), "\(sample.name)") { try sample.decode(bytes) }
    }
  }

  @Test func unknownFieldsAreSteppedOver() throws {
    // A field with tag 200 at the end of an inline object's record.
    var value = RecordSamples.inline.encode()
    let length = try ObjectRow(value).recordLength
    value.insert(contentsOf: [200, 2, 7, 7], at: length)
    value[51] += 4
    let read = try ObjectRecord(decoding: value)
    #expect(read.content == .inline([9, 8, 7]))
    #expect(read.fields == RecordSamples.inline.fields)
  }

  /// Truncations, flipped bytes and noise must give an error or a record, never a trap.
  @Test func damagedRecordsNeverTrap() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var generator = SeededGenerator(seed: seed)
    for sample in try RecordSamples.all() {
      for length in 0..<sample.bytes.count { try? sample.decode(Array(sample.bytes[..<length])) }
      for _ in 0..<3000 {
        var bytes = sample.bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
          let index = Int.random(in: 0..<bytes.count, using: &generator)
          switch Int.random(in: 0..<4, using: &generator) {
          case 0: bytes[index] = .random(in: 0 ... .max, using: &generator)
          case 1: bytes[index] = 0xFF
          case 2: bytes.remove(at: index)
          default: bytes.insert(.random(in: 0 ... .max, using: &generator), at: index)
          }
          if bytes.isEmpty { bytes = [1] }
        }
        try? sample.decode(bytes)
        unsafe bytes.withUnsafeBytes { raw in
          _ = unsafe ObjectRow(raw)
          _ = unsafe OwnerField.find(raw)
          _ = unsafe EscapedKey.read(raw)
        }
      }
    }
  }

  @Test func aStampChangesOnlyVersionAndTime() throws {
    var value = RecordSamples.inline.encode()
    ObjectRow.stamp(&value, version: 77, isNullVersion: true, lastModified: 88)
    let read = try ObjectRecord(decoding: value)
    #expect(read.row.version.rawValue == 77)
    #expect(read.row.lastModified.milliseconds == 88)
    #expect(read.content == RecordSamples.inline.content)
    ObjectRow.stamp(&value, version: 78, isNullVersion: true, lastModified: nil)
    #expect(try ObjectRow(value).lastModified.milliseconds == 88)
  }

  @Test func ownersAreFoundWithoutDecoding() throws {
    for owner in ["", "x", String(repeating: "f", count: 64), String(repeating: "y", count: 200)] {
      var record = RecordSamples.inline
      record.fields.owner = PrincipalID(owner)
      let value = record.encode()
      let length = try ObjectRow(value).recordLength
      let found = unsafe value.withUnsafeBytes { raw in
        unsafe OwnerField.find(UnsafeRawBufferPointer(rebasing: raw[ObjectRow.fixedLength..<length])).map {
          unsafe String(decoding: $0, as: UTF8Text.self)
        }
      }
      #expect(found == owner)
    }
  }
}
