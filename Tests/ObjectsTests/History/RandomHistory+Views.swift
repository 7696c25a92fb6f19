import Primitives
import Ring

@testable import Objects

// Views of a bucket, or of what lies below a prefix.
extension RandomHistory {
  /// A moment to look at: a commit that can be shown, mostly, or one beside it, or what a view shows.
  func moment(_ side: Int) -> UInt64 {
    let model = sides[side].model
    if flip(oneIn: 4), let cut = model.keeping.cuts.randomElement(using: &random) { return cut.asOf }
    let commits = model.moments
    let shown = commits.filter { model.isShown($0) }
    let some = flip(oneIn: 5) || shown.isEmpty ? commits : shown
    guard let index = some.indices.randomElement(using: &random) else { return clock }
    switch Int.random(in: 0..<6, using: &random) {
    case 0: return some[index] - 1
    case 1: return some[index] + 1
    case 2: return HistoryModel.middle(of: some, behind: index) ?? clock
    default: return some[index]
    }
  }

  /// Makes a view of now, or as of a moment; some are over at once.
  func makeView(_ side: Int) async throws {
    guard sides[side].views.count < 3 else { return }
    viewsMade += 1
    let name = try BucketName(validating: "view-\(viewsMade)")
    let (asOf, prefix) = (flip(oneIn: sides[side].model.keepsPast ? 3 : 1) ? nil : moment(side), prefix())
    let isOver = flip(oneIn: 6)
    let isShown = asOf.map { sides[side].model.isShown($0, below: prefix) } ?? true
    let made = try await unlessRefused {
      try await store.objects.createView(
        name: name, bucket: bucket(side), asOf: asOf.map { Moment(rawValue: $0) }, prefix: Array(prefix.utf8),
        expires: isOver ? Timestamp(milliseconds: 1_000) : nil)
    }
    guard let view = made else {
      clock = try await tick()
      return expect(!isShown, "a view of \(asOf ?? 0), below '\(prefix)', was refused")
    }
    expect(isShown, "a view of \(asOf ?? 0), below '\(prefix)', was made")
    expect(
      asOf.map { $0 == view.asOf.rawValue } ?? (view.asOf.rawValue > clock), "a view shows another moment")
    sides[side].model.keeping.cuts.append(
      .init(holder: .view(name.string), asOf: view.asOf.rawValue, prefix: prefix))
    try await noteSettings(side)
    if isOver {
      expect(store.objects.view(named: name.string) == nil, "a view is shown though it is over")
      try await store.objects.removeExpiredViews()
      try await forget(view, side)
    } else {
      sides[side].views.append(view)
    }
  }

  func dropView(_ side: Int) async throws {
    guard let index = sides[side].views.indices.randomElement(using: &random) else { return }
    let view = sides[side].views.remove(at: index)
    try await store.objects.deleteView(named: view.name.string)
    try await forget(view, side)
  }

  private func forget(_ view: ViewInfo, _ side: Int) async throws {
    sides[side].model.release(.view(view.name.string))
    try await noteSettings(side)
  }
}
