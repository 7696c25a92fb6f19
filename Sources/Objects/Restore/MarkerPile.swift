import Metadata
import Primitives

/// The delete markers on top of a key, and the object beneath them all: what an undelete takes away, and brings back.
struct MarkerPile: Sendable {
  /// Those beneath the current one, the newest first.
  let labels: [VersionLabel]
  /// The object that is current without them; nil when there are more than `limit`.
  let object: VersionID?

  /// Markers of one key that an undelete takes away at most.
  static let limit = 1_000

  /// Reads one snapshot. Nil when the key must stay as it is: a marker was not made in the time, or nothing lies
  /// beneath them.
  init?(
    below current: KeyVersion, in time: ClosedRange<UInt64>, _ reader: any MetadataReader, bucket: UInt64,
    key: ObjectKey
  ) throws(ObjectError) {
    guard current.row.isDeleteMarker, time.contains(current.row.version.rawValue) else { return nil }
    let prefix = ObjectTables.versionPrefix(bucket, key.bytes)
    let cursor = reader.cursor(lower: prefix, upper: upperBound(ofPrefix: prefix))
    try cursor.move(to: prefix)
    var labels: [VersionLabel] = []
    while cursor.isValid {
      // SAFETY: the value is copied before the cursor moves.
      let row = try KeyVersion(.noncurrent, unsafe [UInt8](cursor.value)).row
      guard row.isDeleteMarker else {
        self.labels = labels
        object = row.version
        return
      }
      guard time.contains(row.version.rawValue) else { return nil }
      if labels.count + 1 == Self.limit {
        self.labels = labels
        object = nil
        return
      }
      labels.append(row.label)
      try cursor.advance()
    }
    return nil
  }

  /// Takes them all away, from the lowest to `current`, inside a commit closure. False when they are not what they
  /// were: nothing of the commit may stay.
  func take(
    from current: KeyVersion, _ versions: inout KeyVersions, _ book: inout CommitBook
  ) throws(ObjectError) -> Bool {
    // As long as the current version is the same, those beneath can only have been removed.
    guard let object else { return false }
    let survey = VersionSurvey(current: current.row.version, next: object)
    for label in labels.reversed() + [current.row.label] {
      let removal = try versions.remove(label, survey, bypassesGovernance: false, &book)
      guard case .removed = removal else { return false }
    }
    return true
  }
}
