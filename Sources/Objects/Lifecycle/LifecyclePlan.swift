import Metadata
import Primitives

/// What of one key is due at a moment, and when to look again.
///
/// The versions that are not current are judged page by page, newest first, by the ranks that they had when the look
/// began; what is removed on the way does not change the rank of what follows. The current version is judged when all
/// of them have been.
struct LifecyclePlan: Sendable {
  /// A version that is to go, or to be covered by a delete marker.
  struct Removal: Sendable {
    let version: KeyVersion
    let due: LifecycleDue
    /// The change of class that is made before.
    var move: LifecycleMove?
  }

  /// A version that changes its class.
  struct Move: Sendable {
    let version: KeyVersion
    let to: LifecycleMove
  }

  /// An upload that is to be aborted.
  struct Abortion: Sendable {
    let upload: UploadID
    let due: LifecycleDue
  }

  /// Versions that are not current.
  var removals: [Removal] = []
  /// Versions that change their class.
  var moves: [Move] = []
  /// The current object, which expires.
  var expired: Removal?
  /// The current delete marker, of which nothing else is left.
  var marker: Removal?
  var uploads: [Abortion] = []
  /// Where the next page of versions begins; nil behind the last.
  var following: Place? = Place()
  /// The current version as it was found; nil: the key has none.
  var current: VersionID?
  /// When the next of what is not due yet is.
  private(set) var next: Timestamp?

  /// A place in the versions of a key.
  struct Place: Sendable {
    /// Nil: at the newest.
    var after: VersionID?
    /// Versions that are not current and lie before it.
    var newer = 0
  }

  var isEmpty: Bool {
    removals.isEmpty && moves.isEmpty && expired == nil && marker == nil && uploads.isEmpty
  }

  mutating func lookAgain(at time: Timestamp) { next = min(next ?? time, time) }

  /// Takes something for later, or says that it is due.
  private mutating func isDue(_ due: LifecycleDue, at now: Timestamp) -> Bool {
    if due.time > now { lookAgain(at: due.time) }
    return due.time <= now
  }

  /// Takes the change of class of a version that stays.
  private mutating func judgeMoves(
    of version: KeyVersion, _ judged: LifecycleVersion, newer: Int, _ judgement: LifecycleJudgement
  ) {
    let moves = judgement.decision.moves(of: judged, newer: newer)
    if let move = moves.chosen(at: judgement.now) { self.moves.append(Move(version: version, to: move)) }
    if let next = moves.next(after: judgement.now) { lookAgain(at: next) }
  }
}

/// How a key is judged.
struct LifecycleJudgement: Sendable {
  let bucket: BucketInfo
  let decision: LifecycleDecision
  let now: Timestamp
  /// Versions, and uploads, of a page.
  let limit: Int
  /// Versions that were found locked in this look, and are not to be tried again.
  var spared: Set<VersionID> = []
}

extension LifecyclePlan {
  /// The versions that are not current, from a place on: a page of them.
  init(
    _ reader: any MetadataReader, _ judgement: LifecycleJudgement, from place: Place
  ) throws(ObjectError) {
    following = nil
    guard judgement.bucket.isVersioned else { return }
    let (bucket, key) = (judgement.bucket.id, judgement.decision.key)
    let prefix = ObjectTables.versionPrefix(bucket, key)
    let cursor = reader.cursor(lower: prefix, upper: upperBound(ofPrefix: prefix))
    try cursor.move(to: place.after.map { ObjectTables.version(bucket, key, $0.rawValue) + [0] } ?? prefix)
    var place = place
    var count = 0
    while cursor.isValid {
      guard count < judgement.limit else {
        following = place
        return
      }
      // SAFETY: the bytes are copied before the cursor moves.
      let version = try KeyVersion(.noncurrent, unsafe [UInt8](cursor.value))
      let judged = try version.judged(for: judgement.decision, noncurrentSince: version.until)
      if let due = judgement.decision.removal(of: judged, newer: place.newer),
        !judgement.spared.contains(version.row.version), isDue(due, at: judgement.now)
      {
        removals.append(Removal(version: version, due: due))
      } else {
        judgeMoves(of: version, judged, newer: place.newer, judgement)
      }
      place = Place(after: version.row.version, newer: place.newer + 1)
      count += 1
      try cursor.advance()
    }
  }

  /// The current version, and a page of uploads.
  init(currentIn reader: any MetadataReader, _ judgement: LifecycleJudgement) throws(ObjectError) {
    following = nil
    try readUploads(reader, judgement)
    let (bucket, decision) = (judgement.bucket.id, judgement.decision)
    let found = try Self.current(reader, bucket, decision.key)
    current = found?.row.version
    guard let found else { return }
    let isSpared = judgement.spared.contains(found.row.version)
    let judged = try found.judged(for: decision, noncurrentSince: 0)
    if !found.row.isDeleteMarker {
      if !isSpared, let due = decision.expiration(of: judged), isDue(due, at: judgement.now) {
        // A transition goes before the delete marker that covers it, and not before a deletion.
        let moves = judgement.bucket.isVersioned ? decision.moves(of: judged, newer: 0) : []
        expired = Removal(version: found, due: due, move: moves.chosen(at: judgement.now))
      } else {
        judgeMoves(of: found, judged, newer: 0, judgement)
      }
    } else if isSpared {
      return
    } else if try VersionSurvey(reader, bucket: bucket, key: ObjectKey(stored: decision.key)).next == nil,
      let due = decision.removal(ofMarker: judged), isDue(due, at: judgement.now)
    {
      marker = Removal(version: found, due: due)
    }
  }

  private static func current(
    _ reader: any MetadataReader, _ bucket: UInt64, _ key: [UInt8]
  ) throws(ObjectError) -> KeyVersion? {
    if let value = try reader.row(ObjectTables.object(bucket, key)) { return try KeyVersion(.object, value) }
    guard let value = try reader.row(ObjectTables.marker(bucket, key)) else { return nil }
    return try KeyVersion(.marker, value)
  }

  private mutating func readUploads(
    _ reader: any MetadataReader, _ judgement: LifecycleJudgement
  ) throws(ObjectError) {
    let decision = judgement.decision
    guard decision.rules.contains(where: { $0.abortion != nil }) else { return }
    let prefix = ObjectTables.uploadPrefix(judgement.bucket.id, decision.key)
    let cursor = reader.cursor(lower: prefix, upper: upperBound(ofPrefix: prefix))
    try cursor.move(to: prefix)
    while cursor.isValid && uploads.count < judgement.limit {
      // SAFETY: the key is copied before the cursor moves.
      guard let id = UploadID(rowKey: unsafe [UInt8](cursor.key)) else { throw .damaged("an upload key") }
      if let due = decision.abortion(of: Moment(rawValue: id.created).time), isDue(due, at: judgement.now) {
        uploads.append(Abortion(upload: id, due: due))
      }
      try cursor.advance()
    }
  }
}
