import Primitives
import Ring

@testable import Objects

extension HistoryModel {
  /// When something changed, the beginning of the past too, in order.
  var moments: [UInt64] { Set(commits + (keeping.since.map { [$0] } ?? [])).sorted() }

  /// A moment between one and the next; nil behind the last.
  static func middle(of moments: [UInt64], behind index: Int) -> UInt64? {
    guard index + 1 < moments.count else { return nil }
    return moments[index] + (moments[index + 1] - moments[index]) / 2
  }
}

extension RandomHistory {
  /// How much of a check is done.
  enum Depth { case some, all }

  /// What is there now, each version's bytes, what the views show, and moments of the past.
  func check(_ depth: Depth) async throws {
    for side in sides.indices {
      try await check(side, HistoryQuestion(pageLength: 3))
      try await checkVersions(side)
      for view in sides[side].views { try await check(side, view) }
      let said = try await store.objects.restorable(bucket(side)).earliest?.rawValue
      var judge = HistoryJudge(sides[side].model)
      judge.judge(earliest: said)
      problems += judge.problems
      try await checkMoments(side, depth)
      if !problems.isEmpty { return }
    }
  }

  /// One question, put to the store and to the model.
  private func check(_ side: Int, _ question: HistoryQuestion) async throws {
    let bucket = try bucket(side)
    var answer = try await question.ask(store, bucket)
    if let lie {
      answer = try await lie.answer(
        answer, to: question, earliest: sides[side].model.earliest, store, bucket)
    }
    var judge = HistoryJudge(sides[side].model)
    judge.judge(answer, to: question)
    problems += judge.problems.map { "\(sides[side].name) \($0)" }
    shown += judge.shown
    refused += judge.refused
  }

  /// What a view shows; and what lies beside it, which is not held for its sake.
  private func check(_ side: Int, _ view: ViewInfo) async throws {
    expect(store.objects.view(named: view.name.string) == view, "a view is gone")
    let prefix = String(decoding: view.prefix, as: UTF8Text.self)
    expect(sides[side].model.isShown(view.asOf.rawValue, below: prefix), "the model has lost a view")
    for below in [prefix, prefix + "b", ""] {
      try await check(side, HistoryQuestion(asOf: view.asOf.rawValue, prefix: below))
    }
  }

  private func checkVersions(_ side: Int) async throws {
    let bucket = try bucket(side)
    for (name, versions) in sides[side].model.state {
      for version in versions {
        guard let content = version.content else { continue }
        let object = try await store.objects.openObject(
          bucket: bucket, key: key(name), version: version.label)
        let found = SimulatedContent(try await store.read(object))
        expect(found == content, "\(name) \(version.label.text) holds \(found)")
      }
    }
  }

  /// Every commit, the moments beside it and between it and the next, what was before them all, and the present.
  private func checkMoments(_ side: Int, _ depth: Depth) async throws {
    let moments = sides[side].model.moments
    var questions: [HistoryQuestion] = []
    for (index, time) in moments.enumerated() {
      if depth == .some && !flip(oneIn: 6) { continue }
      questions.append(HistoryQuestion(asOf: time, pageLength: 20))
      let beside = [time - 1, time + 1, HistoryModel.middle(of: moments, behind: index)].compactMap { $0 }
      for (place, other) in beside.enumerated() where depth == .some || (index + place) % 3 == 0 {
        questions.append(HistoryQuestion(asOf: other, readsBytes: false, pageLength: 20))
      }
      if flip(oneIn: 4) { questions.append(HistoryQuestion(asOf: time, prefix: prefix())) }
    }
    questions.append(HistoryQuestion(asOf: 1))
    questions.append(HistoryQuestion(asOf: store.objects.present.rawValue))
    for question in questions {
      try await check(side, question)
      if !problems.isEmpty { return }
    }
    try await expectFuture(side)
  }

  private func expectFuture(_ side: Int) async throws {
    let later = Moment(Timestamp(milliseconds: Timestamp.now().milliseconds + 60_000))
    do {
      _ = try await HistoryQuestion(asOf: later.rawValue).ask(store, bucket(side))
      expect(false, "the future is shown")
    } catch ObjectError.momentInFuture {}
  }
}
