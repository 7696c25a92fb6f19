import Primitives
import Volumes

@testable import Objects

/// One record of each kind, and of each shape of content.
enum RecordSamples {
  static let extentA = ExtentLocation(
    volume: 1, segment: 2, offset: 4096, length: 300, headerLength: 100)
  static let extentB = ExtentLocation(
    volume: 1, segment: 3, offset: 8192, length: 50, headerLength: 4096)
  static let blob = BlobID(high: 0x0102_0304_0506_0708, low: 0x1112_1314_1516_1718)
  static let whole = Piece.slice(BlobSlice(blob: blob, extents: [extentA, extentB]))
  static let partial = Piece.slice(BlobSlice(blob: blob, extents: [extentA], offset: 7, length: 200))
  static let md5 = ETag(high: 0xA0A1_A2A3_A4A5_A6A7, low: 0xB0B1_B2B3_B4B5_B6B7, partCount: 0)
  static let upload = UploadID(created: 0xC0C1, random: 0xD0D1)

  static func object(_ content: Content, size: UInt64, parts: UInt16 = 0) -> ObjectRecord {
    ObjectRecord(
      row: ObjectRow(
        contentKind: content.kind, storageClass: .standard, checksumAlgorithm: .crc32c,
        checksumType: parts == 0 ? .fullObject : .composite,
        etag: ETag(high: md5.high, low: md5.low, partCount: parts),
        version: VersionID(rawValue: 0x0102_0304_0506_0708),
        lastModified: Timestamp(milliseconds: 1_700_000_000_123), size: size, recordLength: 0),
      fields: MetadataFields(
        owner: PrincipalID("ow"), system: SystemMetadata(contentType: "text/x", expires: "e"),
        user: UserMetadata([(name: "a", value: "1"), (name: "b", value: "")])),
      checksum: [1, 2, 3, 4], content: content, upload: parts == 0 ? nil : upload)
  }

  static let inline = object(.inline([9, 8, 7]), size: 3)
  static let pieces = object(.pieces([whole, .bytes([5, 6]), partial]), size: 552)
  static let moved: ObjectRecord = {
    var record = object(.pieces([whole]), size: 350)
    record.moves = 300
    return record
  }()
  static let appended: ObjectRecord = {
    var record = object(.pieces([whole, .bytes([5, 6])]), size: 352)
    record.row.kind = .appendable
    record.appending = AppendProgress(last: 0x0A0B, sealed: Timestamp(milliseconds: 1_700_000_000_124))
    return record
  }()
  static let symlink: ObjectRecord = {
    var record = object(.inline([]), size: 0)
    record.becomeSymlink(to: ObjectKey(stored: [0x61, 0x2F, 0x62]))
    record.row.etag = md5
    return record
  }()
  static let restored: ObjectRecord = {
    var record = object(.inline([9]), size: 1)
    record.row.storageClass = .deepArchive
    record.restore = ArchiveRestore(
      tier: .bulk, days: 300, ready: Timestamp(milliseconds: 1_700_000_000_125),
      until: Timestamp(milliseconds: 1_700_000_000_126))
    return record
  }()
  static let appendState = AppendState(of: inline)
  static let parts = object(
    .parts([
      PartEntry(number: 1, size: 350, etag: md5, checksum: [1, 1, 1, 1], pieces: [whole]),
      PartEntry(number: 7, size: 2, etag: md5, checksum: nil, pieces: [.bytes([5, 6])]),
    ]), size: 352, parts: 2)
  static let manifest = object(
    .manifest(
      ManifestReference(
        id: ManifestID(high: 1, low: 2),
        rows: [.init(parts: 3, bytes: 1000), .init(parts: 1, bytes: 24)])), size: 1024, parts: 4)
  static let uploadRecord = UploadRecord(
    storageClass: .standard, checksumAlgorithm: .sha256, checksumType: .composite,
    initiated: Timestamp(milliseconds: 1_700_000_000_123), partsChanged: 0x99,
    fields: MetadataFields(
      owner: nil, system: SystemMetadata(cacheControl: "c"), user: UserMetadata([(name: "n", value: "v")])))
  static let sequentialUpload = UploadRecord(
    storageClass: .standard, checksumAlgorithm: nil, checksumType: nil,
    initiated: Timestamp(milliseconds: 1_700_000_000_123), partsChanged: 0x99, fields: MetadataFields(),
    isSequential: true)
  static let partInline = PartRecord(
    lastModified: Timestamp(milliseconds: 5), size: 2, etag: md5, checksum: [1, 2],
    pieces: [.bytes([5, 6])])
  static let partPieces = PartRecord(
    lastModified: Timestamp(milliseconds: 5), size: 200, etag: md5, checksum: [], pieces: [partial])
  static let reference = ReferenceRecord(count: 300, hasPartial: true, extents: [extentA, extentB])
  static let cleanUps = [
    CleanUpRecord(bucket: 3, work: .releaseManifest(ManifestID(high: 1, low: 2), rows: 300)),
    CleanUpRecord(bucket: 3, work: .discardManifest(ManifestID(high: 1, low: 2), rows: 1)),
    CleanUpRecord(bucket: 3, work: .discardParts(upload, kept: PartSet([1, 9, 10]))),
    CleanUpRecord(bucket: 3, work: .discardUploads),
    CleanUpRecord(bucket: 3, work: .dropReference(blob, [extentA, extentB])),
    CleanUpRecord(
      bucket: 3, work: .discardAppends(ObjectKey(stored: [1, 0, 2]), VersionID(rawValue: 9))),
  ]

  static let manifestRow: [UInt8] = {
    var builder = ManifestBuilder(rowBytes: 1000)
    builder.append(PartEntry(number: 1, size: 350, etag: md5, checksum: [1], pieces: [whole]))
    builder.append(PartEntry(number: 2, size: 0, etag: md5, checksum: nil, pieces: []))
    builder.finish()
    return builder.values[0]
  }()

  static func bucket() throws -> BucketInfo {
    BucketInfo(
      id: 0x0102_0304_0506_0708, name: try BucketName(validating: "bucket"), owner: PrincipalID("ow"),
      created: Timestamp(milliseconds: 1_700_000_000_123), region: "r1")
  }

  static func wormBucket() throws -> BucketInfo {
    var settings = BucketSettings()
    settings.worm = BucketWorm(
      id: "A1", state: .locked, days: 30, created: Timestamp(milliseconds: 1_700_000_000_123))
    return try bucket().with(settings)
  }

  static func crossOriginBucket() throws -> BucketInfo {
    var (one, other) = (CrossOriginRules.Rule(), CrossOriginRules.Rule())
    (one.id, one.origins, one.methods) = ("i", ["a*", "b"], [.put, .get])
    (one.headers, one.exposed, one.maxAgeSeconds) = (["*"], ["e"], 7)
    (other.origins, other.methods) = (["a"], [.head])
    var settings = BucketSettings()
    settings.crossOrigin = CrossOriginRules([one, other], vary: .always)
    return try bucket().with(settings)
  }

  static let lifecycleSetUp: LifecycleSetUp = {
    var setUp = LifecycleSetUp(generation: 0x0102_0304_0506_0708)
    (setUp.table, setUp.position) = (ObjectTables.versions, [0x21, 1])
    return setUp
  }()

  static func refererBucket() throws -> BucketInfo {
    var settings = BucketSettings()
    var rules = RefererRules()
    (rules.ignoresQuery, rules.ignoresPath) = (false, true)
    (rules.allowed, rules.denied) = (["a"], ["bc"])
    settings.referers = rules
    return try bucket().with(settings)
  }

  static func lifecycleBucket() throws -> BucketInfo {
    var (one, other) = (LifecycleRules.Rule(id: "i"), LifecycleRules.Rule(id: "j"))
    one.form = .and
    one.filter.prefix = Array("p/".utf8)
    one.filter.tags = TagSet([TagSet.Tag(key: "k", value: "v")])
    (one.filter.largerThan, one.filter.smallerThan) = (1, 300)
    one.filter.exclusions = [
      .init(prefix: Array("p/q".utf8)), .init(prefix: [], tag: TagSet.Tag(key: "n", value: "")),
    ]
    one.expiration = .days(30)
    one.noncurrentExpiration = .init(days: 3, kept: 2)
    (other.isEnabled, other.form, other.removesSoleMarkers) = (false, .prefix, false)
    other.expiration = .createdBefore(Timestamp(milliseconds: 1_700_006_400_000))
    other.abortion = .date(Timestamp(milliseconds: 86_400_000))
    var settings = BucketSettings()
    var rules = LifecycleRules([one, other], smallestToMove: .byClass)
    rules.generation = 0x0102_0304_0506_0708
    settings.lifecycle = rules
    return try bucket().with(settings)
  }

  static func transitionBucket() throws -> BucketInfo {
    var rule = LifecycleRules.Rule(id: "i")
    rule.transitions = [
      LifecycleRules.Transition(.days(300), to: .standardIA),
      LifecycleRules.Transition(.date(Timestamp(milliseconds: 86_400_000)), to: .deepArchive),
    ]
    rule.noncurrentTransitions = [LifecycleRules.NoncurrentTransition(days: 3, kept: 2, to: .glacier)]
    var settings = BucketSettings()
    settings.lifecycle = LifecycleRules([rule], smallestToMove: .anySize)
    return try bucket().with(settings)
  }

  static func classBucket() throws -> BucketInfo {
    var settings = BucketSettings()
    settings.storageClass = .glacier
    settings.readsArchiveDirectly = true
    return try bucket().with(settings)
  }

  /// Every sample as stored, with a decoder that must not trap on anything like it.
  static func all() throws -> [(name: String, bytes: [UInt8], decode: ([UInt8]) throws -> Void)] {
    let object: ([UInt8]) throws -> Void = { _ = try ObjectRecord(decoding: $0) }
    let part: ([UInt8]) throws -> Void = { _ = try PartRecord(decoding: $0) }
    let cleanUp: ([UInt8]) throws -> Void = { _ = try CleanUpRecord(decoding: $0) }
    let name = Array("bucket".utf8)
    return [
      ("inline", inline.encode(), object), ("pieces", pieces.encode(), object),
      ("moved", moved.encode(), object), ("appended", appended.encode(), object),
      ("symlink", symlink.encode(), object), ("restored", restored.encode(), object),
      ("append state", appendState.encode(), { _ = try AppendState(decoding: $0) }),
      ("parts", parts.encode(), object), ("manifest", manifest.encode(), object),
      ("manifest row", manifestRow, { _ = try ManifestRow.decode($0) }),
      ("bucket", BucketRecord.encode(try bucket()), { _ = try BucketRecord.decode(name: name, $0) }),
      (
        "bucket with WORM", BucketRecord.encode(try wormBucket()),
        { _ = try BucketRecord.decode(name: name, $0) }
      ),
      (
        "bucket with CORS", BucketRecord.encode(try crossOriginBucket()),
        { _ = try BucketRecord.decode(name: name, $0) }
      ),
      (
        "bucket with referers", BucketRecord.encode(try refererBucket()),
        { _ = try BucketRecord.decode(name: name, $0) }
      ),
      (
        "bucket with lifecycle", BucketRecord.encode(try lifecycleBucket()),
        { _ = try BucketRecord.decode(name: name, $0) }
      ),
      (
        "bucket with transitions", BucketRecord.encode(try transitionBucket()),
        { _ = try BucketRecord.decode(name: name, $0) }
      ),
      (
        "bucket with class", BucketRecord.encode(try classBucket()),
        { _ = try BucketRecord.decode(name: name, $0) }
      ),
      (
        "lifecycle set-up", lifecycleSetUp.encode(), { _ = try LifecycleSetUp(decoding: $0) }
      ),
      ("upload", uploadRecord.encode(), { _ = try UploadRecord(decoding: $0) }),
      ("sequential upload", sequentialUpload.encode(), { _ = try UploadRecord(decoding: $0) }),
      ("part inline", partInline.encode(), part), ("part pieces", partPieces.encode(), part),
      ("reference", reference.encode(), { _ = try ReferenceRecord(decoding: $0) }),
      ("release manifest", cleanUps[0].encode(), cleanUp),
      ("discard manifest", cleanUps[1].encode(), cleanUp),
      ("discard parts", cleanUps[2].encode(), cleanUp),
      ("discard uploads", cleanUps[3].encode(), cleanUp),
      ("drop reference", cleanUps[4].encode(), cleanUp),
      ("discard appends", cleanUps[5].encode(), cleanUp),
    ]
  }
}
