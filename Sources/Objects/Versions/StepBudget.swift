/// How many rows one read may still step over, on all tables that it walks.
final class StepBudget {
  private var left: Int

  init(_ count: Int) { left = count }

  /// Whether the read is to end where it is. What was begun with a row may go on to its end.
  var isSpent: Bool { left <= 0 }

  func spend() { left -= 1 }
}
