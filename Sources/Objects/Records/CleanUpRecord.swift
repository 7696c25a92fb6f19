import Primitives
import Volumes

/// Work that an operation left for smaller commits.
struct CleanUpRecord: Hashable, Sendable {
  static let recordVersion: UInt8 = 1

  enum Work: Hashable, Sendable {
    /// Drop the references of a manifest of `rows` rows, and delete them.
    case releaseManifest(ManifestID, rows: Int)
    /// Delete the rows of a manifest that no object ever named; its references belong to others.
    case discardManifest(ManifestID, rows: Int)
    /// Delete an upload's part rows; drop the references of all parts that are not kept.
    case discardParts(UploadID, kept: PartSet)
    /// Discard every upload of a deleted bucket.
    case discardUploads
    /// Delete what is noted of the changes in a deleted bucket.
    case discardChanges
    /// Drop one reference to a whole blob.
    case dropReference(BlobID, [ExtentLocation])
    /// Delete what is noted of the appends to a version that is gone.
    case discardAppends(ObjectKey, VersionID)
  }

  var bucket: UInt64
  var work: Work

  func encode() -> [UInt8] {
    var writer = ByteWriter(capacity: 64)
    writer.u8(Self.recordVersion)
    writer.u8(kind)
    writer.u64(bucket)
    switch work {
    case .releaseManifest(let id, let rows), .discardManifest(let id, let rows):
      writer.u64(id.high)
      writer.u64(id.low)
      writer.varint(UInt64(rows))
    case .discardParts(let id, let kept):
      writer.raw(id.bytes)
      writer.bytes(kept.bits)
    case .discardUploads, .discardChanges: break
    case .dropReference(let blob, let extents):
      writer.u64(blob.high)
      writer.u64(blob.low)
      PieceCoding.encode(extents, to: &writer)
    case .discardAppends(let key, let version):
      writer.u64(version.rawValue)
      writer.bytes(key.bytes)
    }
    return writer.bytes
  }

  private var kind: UInt8 {
    switch work {
    case .releaseManifest: 1
    case .discardManifest: 2
    case .discardParts: 3
    case .discardUploads: 4
    case .dropReference: 5
    case .discardChanges: 6
    case .discardAppends: 7
    }
  }

  init(bucket: UInt64, work: Work) {
    self.bucket = bucket
    self.work = work
  }

  init(decoding value: [UInt8]) throws(RecordError) {
    var reader = ByteReader(value)
    let version = try reader.u8()
    guard version == Self.recordVersion else { throw .unknownVersion(version) }
    let kind = try reader.u8()
    bucket = try reader.u64()
    switch kind {
    case 1, 2:
      let id = ManifestID(high: try reader.u64(), low: try reader.u64())
      let rows = try reader.varint()
      guard rows <= UInt64(UInt32.max) else { throw .badValue("manifest rows") }
      work = kind == 1 ? .releaseManifest(id, rows: Int(rows)) : .discardManifest(id, rows: Int(rows))
    case 3:
      let id = UploadID(created: try reader.u64(), random: try reader.u64())
      work = .discardParts(id, kept: PartSet(bits: try reader.bytes()))
    case 4: work = .discardUploads
    case 5:
      let blob = BlobID(high: try reader.u64(), low: try reader.u64())
      work = .dropReference(blob, try PieceCoding.decodeExtents(&reader))
    case 6: work = .discardChanges
    case 7:
      let version = VersionID(rawValue: try reader.u64())
      work = .discardAppends(ObjectKey(stored: try reader.bytes()), version)
    default: throw .badValue("clean-up kind")
    }
    try reader.expectEnd()
  }
}

/// A set of part numbers, as a bit map.
struct PartSet: Hashable, Sendable {
  /// Bit n - 1, counted from the lowest of the first byte, is part n.
  private(set) var bits: [UInt8] = []

  init(bits: [UInt8] = []) {
    self.bits = bits
  }

  init(_ numbers: some Sequence<Int>) {
    for number in numbers { insert(number) }
  }

  /// `number` counts from 1.
  mutating func insert(_ number: Int) {
    precondition(number > 0, "part numbers count from 1")
    let byte = (number - 1) / 8
    while bits.count <= byte { bits.append(0) }
    bits[byte] |= 1 << UInt8((number - 1) % 8)
  }

  func contains(_ number: Int) -> Bool {
    let byte = (number - 1) / 8
    return number > 0 && byte < bits.count && bits[byte] & (1 << UInt8((number - 1) % 8)) != 0
  }
}
