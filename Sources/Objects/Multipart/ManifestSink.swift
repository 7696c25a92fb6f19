import Primitives

/// Takes an object's part entries in order and decides where they go: into the record while they are few,
/// else into manifest rows.
struct ManifestSink {
  private let embeddedLimit: Int
  private var embedded: [PartEntry] = []
  private var embeddedBytes = 0
  private var isEmbedded = true
  private var builder: ManifestBuilder
  /// Manifest rows that were taken already.
  private(set) var taken = 0

  init(_ limits: ObjectLimits) {
    embeddedLimit = limits.embeddedPartsBytes
    builder = ManifestBuilder(rowBytes: limits.manifestRowBytes)
  }

  mutating func append(_ part: PartEntry) {
    guard isEmbedded else { return builder.append(part) }
    var writer = ByteWriter(capacity: 128)
    PieceCoding.encode(part, to: &writer)
    embedded.append(part)
    embeddedBytes += writer.count
    if embeddedBytes > embeddedLimit {
      isEmbedded = false
      for part in embedded { builder.append(part) }
      embedded = []
    }
  }

  mutating func finish() {
    if !isEmbedded { builder.finish() }
  }

  /// Manifest rows that are complete and not taken.
  var waiting: Int { builder.values.count - taken }

  /// Takes up to `limit` rows, with their numbers.
  mutating func take(_ limit: Int) -> [(index: Int, value: [UInt8])] {
    let range = taken..<(taken + min(limit, waiting))
    taken = range.upperBound
    return builder.takeValues(range)
  }

  /// The content, after `finish`.
  func content(_ id: ManifestID) -> Content {
    isEmbedded ? .parts(embedded) : .manifest(ManifestReference(id: id, rows: builder.rows))
  }
}
