import Primitives

@testable import Background
@testable import Objects

extension SimulatedClient {
  /// The client whose keys expire.
  static let mortal = "c3"

  /// Expires what this client writes, a day after it was written; lone delete markers go, too.
  static func rules() -> LifecycleRules {
    var rule = LifecycleRules.Rule(id: "mortal")
    rule.filter.prefix = Array("\(mortal)/".utf8)
    rule.expiration = .days(1)
    var cooling = LifecycleRules.Rule(id: "cooling")
    cooling.filter.prefix = Array("c2/".utf8)
    cooling.transitions = [LifecycleRules.Transition(.days(1), to: .standardIA)]
    return LifecycleRules([rule, cooling], smallestToMove: .anySize)
  }

  /// Does what lifecycle has due on a night long after everything was written: none of its keys is there afterwards. When
  /// the night is cut short, each is there or not.
  func night(_ store: TestStore) async {
    guard name == Self.mortal else { return }
    nights += 1
    let before = keys
    var losses = [past.beginRemovingMarkers()]
    for (key, possible) in before {
      losses.append(past.begin(writing: key, replaces: possible != [nil]))
      keys[key] = possible.union([nil])
      note(key, "night \(nights)")
    }
    var options = LifecycleOptions()
    options.rate = 0
    let runner = LifecycleRunner(objects: store.objects, logger: Self.silence, options: options)
    // What a night leaves to be looked at again is due on the next day.
    let now = Timestamp(milliseconds: 1_900_000_000_000 + Int64(nights) * 2 * 86_400_000)
    let isOver = await runner.pass(at: now)
    expired += runner.statistics.tally.expired
    guard isOver else { return }
    losses.forEach(past.end)
    // A write that failed may still come to light at the next start.
    for (key, possible) in before where possible.count == 1 {
      keys[key] = [nil]
      note(key, "expired")
    }
    acknowledged += 1
  }
}
