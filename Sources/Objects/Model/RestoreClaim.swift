/// What a bucket's record says of a restore that writes into it, or has.
///
/// While the restore is not over no other restore of the same keys is begun. Every other commit that changes one of
/// its keys leaves a mark, by which the restore knows what to leave alone. What the bucket was when the restore began
/// is kept as by a view: where nothing else keeps it also when the restore is over, until it is forgotten. An undelete
/// only keeps others away: the markers that it takes tell enough, and it says that nothing keeps them.
package struct RestoreClaim: Hashable, Sendable {
  /// The job; also the moment at which it began.
  package let id: UInt64
  package let prefix: [UInt8]
  /// Whether what the bucket was at the beginning is kept, and changes are marked; not by an undelete.
  package let keeps: Bool
  /// Whether the restore is over, and only what it has replaced is still kept.
  package var isOver: Bool

  package init(id: UInt64, prefix: [UInt8], keeps: Bool, isOver: Bool = false) {
    self.id = id
    self.prefix = prefix
    self.keeps = keeps
    self.isOver = isOver
  }

  /// Claims that a bucket may have: each is looked at whenever something in the bucket is written or removed. Beyond
  /// it the oldest that is over is let go of.
  package static let limitPerBucket = 100

  /// What it keeps from being removed.
  var cut: ProtectedCut { ProtectedCut(asOf: Moment(rawValue: id), prefix: prefix) }

  /// Whether it is one of a restore that may write `prefix` or something below or above it.
  func covers(_ prefix: [UInt8]) -> Bool {
    !isOver && (self.prefix.starts(with: prefix) || prefix.starts(with: self.prefix))
  }

  /// Whether it is of another restore that must hear of a change of the key.
  func hears(of key: [UInt8], by restore: UInt64?) -> Bool {
    keeps && !isOver && id != restore && key.starts(with: prefix)
  }
}
