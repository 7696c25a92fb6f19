import Primitives

@testable import Objects

/// Why a run's bucket may refuse a moment: what may have gone that was current then. All clients share it, since a
/// bucket's past ends for all of its keys at once.
// SAFETY (unchecked Sendable): a simulation runs on one thread.
final class SimulatedPast: @unchecked Sendable {
  /// What the bucket keeps.
  enum Keeping: UInt64 {
    case nothing = 0
    /// Versions.
    case versions = 1
    /// A recovery window.
    case window = 2
    /// Versions in some lives; in the others what is written replaces what the last such life has written.
    case someVersions = 3
  }

  /// Something that may have removed what was current until then.
  final class Loss: CustomStringConvertible {
    let what: String
    let begun: Int
    /// Nil: it may still be under way.
    fileprivate(set) var ended: Int?

    fileprivate init(_ what: String, begun: Int) { (self.what, self.begun) = (what, begun) }

    var description: String { "\(what) \(begun)–\(ended.map(String.init) ?? "")" }
  }

  let keeping: Keeping
  /// Whether in this life versions are not kept.
  var isSuspended = false
  /// A canary: every moment is refused.
  var refusesAll = false
  /// Moments that were shown, and refused.
  var shown = 0
  var refused = 0
  private var turns = 0
  /// Removals that have let go of something, or may have.
  private var losses: [Loss] = []
  /// Removals that a purge lets go of.
  private var kept: [Loss] = []
  private var isPurging = false
  /// Commits until which versions were current that were removed by their ids.
  private var removed: [UInt64] = []
  /// Keys that may have a version that the next one replaces.
  private var replaceable: Set<String> = []

  init(_ keeping: Keeping) { self.keeping = keeping }

  /// Counts on; what begins or ends later has a larger number.
  func turn() -> Int {
    turns += 1
    return turns
  }

  /// Something is going to be written or deleted; `replaces`: the key may hold an object.
  func begin(writing key: String, replaces: Bool) -> Loss {
    let loss = Loss("write of \(key)", begun: turn())
    switch keeping {
    case .nothing, .versions: break
    case .window: if replaces { kept.append(loss) }
    case .someVersions:
      if isSuspended, !replaceable.insert(key).inserted { losses.append(loss) }
    }
    return loss
  }

  /// Lone delete markers are going to be removed, and with them what they tell.
  func beginRemovingMarkers() -> Loss {
    let loss = Loss("night", begun: turn())
    if keeping == .versions || keeping == .someVersions { losses.append(loss) }
    return loss
  }

  /// It was done; without a call it may happen until the life is over.
  func end(_ loss: Loss) { loss.ended = turn() }

  /// It was never begun.
  func forget(_ loss: Loss) {
    losses.removeAll { $0 === loss }
    kept.removeAll { $0 === loss }
  }

  /// A version is going to be removed that was current until a commit.
  func remove(until commit: UInt64) { removed.append(commit) }

  /// A purge is going to let go of what was removed, and of what is removed meanwhile.
  func beginPurge() { isPurging = true }

  func endPurge() {
    isPurging = false
    losses += kept
    kept = []
  }

  /// For reports: what may have gone.
  var account: String { "\(losses), kept \(kept), removed until \(removed)" }

  func endLife() {
    for loss in losses + kept where loss.ended == nil { end(loss) }
  }

  /// Whether something may be gone that was current at a moment, which `begun` precedes.
  func mayRefuse(_ asOf: Moment, begun: Int) -> Bool {
    keeping == .nothing || removed.contains { asOf.rawValue < $0 }
      || (isPurging ? losses + kept : losses).contains { begun < $0.ended ?? .max }
  }
}
