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
    let objects = model.objects(asOf: question.asOf, below: question.prefix)
    let prefix = question.prefix
    if let keys = found(answer.keys, "keys", below: prefix, question) {
      compare(keys, Self.sorted(objects.keys.map { Array($0.utf8) }), "keys", question)
    }
    if let groups = found(answer.groups, "keys by a delimiter", below: prefix, question) {
      compare(groups, Self.sorted(self.groups(objects, prefix)), "keys by a delimiter", question)
    }
    if let versions = found(answer.versions, "versions", below: prefix, question) {
      compare(versions, self.versions(question), "versions", question)
    }
    for (key, read) in answer.contents.sorted(by: { $0.key < $1.key }) {
      // A view or a restore may keep this key's past, and not that of the others.
      guard let content = found(read, key, below: key, question), content != objects[key] else { continue }
      report(question, "\(key) holds \(Self.text(content)), not \(Self.text(objects[key]))")
    }
    guard question.asOf != nil, problems.count == count else { return }
    if answer.isShown { shown += 1 } else { refused += 1 }
  }

  /// What a read gave that had to give something of the keys below `prefix`; nil when it was refused.
  private mutating func found<Found>(
    _ read: HistoryAnswer.Read<Found>, _ what: String, below prefix: String, _ question: HistoryQuestion
  ) -> Found? {
    let isToBeShown = question.asOf.map { model.isShown($0, below: prefix) } ?? true
    let earliest = Self.text(model.earliest)
    switch read {
    case .found(let found):
      if !isToBeShown { report(question, "\(what) shown, though \(earliest) is the earliest") }
      return found
    case .refused(let said):
      if isToBeShown { report(question, "\(what) refused; \(earliest) is the earliest") }
      if said != model.earliest {
        report(question, "\(what) refused for \(Self.text(said)), not \(earliest)")
      }
      return nil
    }
  }

  /// The span that a store says it can show.
  mutating func judge(earliest: UInt64?) {
    if earliest != model.earliest {
      problems.append("the earliest is \(Self.text(model.earliest)); \(Self.text(earliest)) was said")
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

  private static func text(_ content: SimulatedContent?) -> String { content?.description ?? "nothing" }

  private static func sorted(_ keys: some Sequence<[UInt8]>) -> [[UInt8]] {
    keys.sorted { $0.lexicographicallyPrecedes($1) }
  }
}
