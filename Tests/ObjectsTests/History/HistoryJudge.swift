import Primitives

@testable import Objects

/// Holds what a store answers against the model: pure, so that it can be shown to find wrong answers.
struct HistoryJudge {
  let model: HistoryModel
  private(set) var problems: [String] = []
  /// Moments of the past that were shown, and refused, as they had to be.
  private(set) var shown = 0
  private(set) var refused = 0

  init(_ model: HistoryModel) { self.model = model }

  mutating func judge(_ answer: HistoryAnswer, to question: HistoryQuestion) {
    let count = problems.count
    switch answer {
    case .refused(let earliest):
      let isRight = question.asOf.map { !model.isShown($0, below: question.prefix) } ?? false
      if !isRight { report(question, "refused; \(Self.text(model.earliest)) is the earliest") }
      if earliest != model.earliest {
        report(question, "refused for \(Self.text(earliest)), not \(Self.text(model.earliest))")
      }
      if isRight && problems.count == count { refused += 1 }
    case .shown(let found):
      if let asOf = question.asOf, !model.isShown(asOf, below: question.prefix) {
        report(question, "shown, though \(Self.text(model.earliest)) is the earliest")
      }
      judge(found, question)
      if question.asOf != nil && problems.count == count { shown += 1 }
    }
  }

  /// The span that a store says it can show.
  mutating func judge(earliest: UInt64?) {
    if earliest != model.earliest {
      problems.append("the earliest is \(Self.text(model.earliest)); \(Self.text(earliest)) was said")
    }
  }

  private mutating func judge(_ found: HistoryAnswer.Shown, _ question: HistoryQuestion) {
    let objects = model.objects(asOf: question.asOf, below: question.prefix)
    compare(found.keys, Self.sorted(objects.keys.map { Array($0.utf8) }), "keys", question)
    compare(found.groups, Self.sorted(groups(objects, question.prefix)), "keys by a delimiter", question)
    compare(found.versions, versions(question), "versions", question)
    guard let contents = found.contents else { return }
    for (key, content) in objects.sorted(by: { $0.key < $1.key }) where contents[key] != content {
      report(question, "\(key) holds \(contents[key]?.description ?? "nothing"), not \(content)")
    }
  }

  private func groups(_ objects: [String: SimulatedContent], _ prefix: String) -> Set<[UInt8]> {
    Set(
      objects.keys.map { key in
        let bytes = Array(key.utf8)
        let end = bytes[prefix.utf8.count...].firstIndex(of: UInt8(ascii: "/"))
        return end.map { Array(bytes[...$0]) } ?? bytes
      })
  }

  /// The versions that were there then, but for those that were not current and are gone for good since.
  private func versions(_ question: HistoryQuestion) -> [HistoryAnswer.Listed] {
    let state = model.state(asOf: question.asOf).filter { $0.key.hasPrefix(question.prefix) }
    let keys = Self.sorted(state.keys.map { Array($0.utf8) })
    return keys.flatMap { (bytes) -> [HistoryAnswer.Listed] in
      let key = String(decoding: bytes, as: UTF8Text.self)
      return (state[key] ?? []).enumerated().compactMap { (index, version) -> HistoryAnswer.Listed? in
        guard model.isKept(key, version) else { return nil }
        return HistoryAnswer.Listed(
          key: key, id: version.id, label: version.label, isLatest: index == 0,
          size: version.content?.bytes.count)
      }
    }
  }

  private mutating func compare<Element: Equatable>(
    _ found: [Element], _ expected: [Element], _ what: String, _ question: HistoryQuestion
  ) {
    if found == expected { return }
    let same = zip(found, expected).prefix { $0 == $1 }.count
    report(
      question,
      "\(found.count) \(what) instead of \(expected.count), from \(found.dropFirst(same).prefix(2)) instead of "
        + "\(expected.dropFirst(same).prefix(2))")
  }

  private mutating func report(_ question: HistoryQuestion, _ problem: String) {
    problems.append(
      "as of \(question.asOf.map(String.init) ?? "now"), below '\(question.prefix)': \(problem)")
  }

  private static func text(_ moment: UInt64?) -> String { moment.map(String.init) ?? "none" }

  private static func sorted(_ keys: some Sequence<[UInt8]>) -> [[UInt8]] {
    keys.sorted { $0.lexicographicallyPrecedes($1) }
  }
}
