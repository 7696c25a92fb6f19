import Objects
import Primitives

/// `Transition` and `NoncurrentVersionTransition`, which the dialects spell alike and bound in their own ways.
extension LifecycleDocument {
  /// The class of a transition.
  ///
  /// - Throws: MalformedXML for none, or one that nothing can be moved to.
  private static func storageClass(
    _ element: XMLElement, _ spelling: ClassSpelling
  ) throws(S3Error) -> StorageClass {
    guard let name = element.string("StorageClass"),
      let found = spelling.storageClass(named: name.utf8), found != .standard, found != .reducedRedundancy
    else { throw S3Error(.malformedXML) }
    return found
  }

  /// Writes a rule's transitions.
  ///
  /// - Throws: NotImplemented for a class that the dialect cannot name: written back, it would be another.
  static func writeTransitions(
    _ rule: LifecycleRules.Rule, _ spelling: ClassSpelling, to xml: inout XMLWriter
  ) throws(S3Error) {
    let classes = rule.transitions.map(\.storageClass) + rule.noncurrentTransitions.map(\.storageClass)
    for storageClass in classes {
      guard spelling.storageClass(named: "\(spelling.name(of: storageClass))".utf8) == storageClass else {
        throw .notImplemented(
          element: "A lifecycle configuration with a transition to a class of the other dialect")
      }
    }
    for move in rule.transitions {
      xml.open("Transition")
      write(move.when, to: &xml)
      xml.element("StorageClass", "\(spelling.name(of: move.storageClass))")
      xml.close("Transition")
    }
    for move in rule.noncurrentTransitions {
      xml.open("NoncurrentVersionTransition")
      xml.element("NoncurrentDays", UInt64(move.days))
      if move.kept > 0 { xml.element("NewerNoncurrentVersions", UInt64(move.kept)) }
      xml.element("StorageClass", "\(spelling.name(of: move.storageClass))")
      xml.close("NoncurrentVersionTransition")
    }
  }

  /// Throws InvalidArgument where a class is named twice.
  private static func expectDifferent(_ classes: [StorageClass], _ action: String) throws(S3Error) {
    guard Set(classes).count == classes.count else {
      throw .invalidArgument(
        "StorageClass", nil, "'StorageClass' must be different for '\(action)' actions in same 'Rule'")
    }
  }

  /// Throws InvalidArgument unless what expires has been moved before.
  private static func expectLater(
    _ expiration: LifecycleRules.When?, than when: LifecycleRules.When
  ) throws(S3Error) {
    let isLater =
      switch (expiration, when) {
      case (.days(let end), .days(let days)): end > days
      case (.date(let end), .date(let date)): end > date
      case (.createdBefore(let end), .createdBefore(let date)): end > date
      default: true
      }
    guard isLater else {
      throw .invalidArgument(
        "Days", nil, "'Days' in the Expiration action must be greater than 'Days' in the Transition action")
    }
  }

  /// The same of versions that are not current.
  private static func expectLater(
    _ expiration: LifecycleRules.NoncurrentExpiration?, than days: UInt32
  ) throws(S3Error) {
    guard expiration.map({ $0.days > days }) ?? true else {
      throw .invalidArgument(
        "NoncurrentDays", nil,
        "'NoncurrentDays' in the NoncurrentVersionExpiration action must be greater than 'NoncurrentDays' in "
          + "the NoncurrentVersionTransition action")
    }
  }
}

// MARK: - S3

extension LifecycleDocument {
  /// Days that objects must have lain before they go to an infrequently accessed class, and in it.
  private static let daysOfInfrequentAccess: UInt32 = 30

  /// Reads them into a rule whose other elements have been read.
  ///
  /// - Throws: MalformedXML, InvalidArgument, InvalidRequest.
  static func readS3Transitions(
    _ element: XMLElement, to rule: inout LifecycleRules.Rule
  ) throws(S3Error) {
    for child in element.all("Transition") {
      try expect(child, only: ["Days", "Date", "StorageClass"])
      let target = try storageClass(child, .s3)
      switch (child.string("Days"), child.string("Date")) {
      case (let text?, nil):
        let days = try days(text, "Days", of: "Transition", least: 0)
        try expectRested(days, target, "Days", "Transition")
        rule.transitions.append(LifecycleRules.Transition(.days(days), to: target))
      case (nil, let text?):
        rule.transitions.append(LifecycleRules.Transition(.date(try date(text, "Date")), to: target))
      default: throw S3Error(.malformedXML)
      }
    }
    for child in element.all("NoncurrentVersionTransition") {
      try expect(child, only: ["NoncurrentDays", "NewerNoncurrentVersions", "StorageClass"])
      let target = try storageClass(child, .s3)
      let action = "NoncurrentVersionTransition"
      guard let text = child.string("NoncurrentDays") else { throw S3Error(.malformedXML) }
      let days = try days(text, "NoncurrentDays", of: action, least: 0)
      try expectRested(days, target, "NoncurrentDays", action)
      let kept = try newerVersions(child, hasFilter: rule.form != .prefix)
      rule.noncurrentTransitions.append(
        LifecycleRules.NoncurrentTransition(days: days, kept: kept, to: target))
    }
    try checkS3Transitions(rule)
  }

  private static func expectRested(
    _ days: UInt32, _ target: StorageClass, _ name: String, _ action: String
  ) throws(S3Error) {
    guard target == .standardIA || target == .oneZoneIA, days < daysOfInfrequentAccess else { return }
    throw .invalidArgument(
      name, "\(days)",
      "'\(name)' in \(action) action must be greater than or equal to 30 for storageClass '\(target.name)'")
  }

  /// What the elements of a rule forbid each other.
  private static func checkS3Transitions(_ rule: LifecycleRules.Rule) throws(S3Error) {
    try expectDifferent(rule.transitions.map(\.storageClass), "Transition")
    try expectDifferent(
      rule.noncurrentTransitions.map(\.storageClass), "NoncurrentVersionTransition")
    let times =
      rule.transitions.map(\.when) + (rule.transitions.isEmpty ? [] : [rule.expiration].compactMap { $0 })
    guard Set(times.map(\.isDate)).count <= 1 else {
      throw .invalidRequest(
        "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule")
    }
    for move in rule.transitions { try expectLater(rule.expiration, than: move.when) }
    for move in rule.noncurrentTransitions { try expectLater(rule.noncurrentExpiration, than: move.days) }
    try expectStay(
      rule.transitions.compactMap { move in
        if case .days(let days) = move.when { (move.storageClass, days) } else { nil }
      }, "Days")
    try expectStay(rule.noncurrentTransitions.map { ($0.storageClass, $0.days) }, "NoncurrentDays")
  }

  /// Throws InvalidArgument where a rule moves on what it has just moved to an infrequently accessed class.
  private static func expectStay(_ moves: [(StorageClass, UInt32)], _ name: String) throws(S3Error) {
    for (warm, begin) in moves where warm == .standardIA || warm == .oneZoneIA {
      for (cold, end) in moves where cold == .glacier || cold == .deepArchive {
        guard end >= begin + daysOfInfrequentAccess else {
          throw .invalidArgument(
            name, "\(end)",
            "'\(name)' in the Transition action for StorageClass '\(cold.name)' must be 30 days more than for "
              + "StorageClass '\(warm.name)'")
        }
      }
    }
  }
}

// MARK: - OSS

extension LifecycleDocument {
  /// Reads them into a rule whose other elements have been read.
  ///
  /// - Throws: MalformedXML, InvalidArgument, NotImplemented for rules by the last access.
  static func readOSSTransitions(
    _ element: XMLElement, to rule: inout LifecycleRules.Rule
  ) throws(S3Error) {
    let access: Set<String> = ["StorageClass", "IsAccessTime", "ReturnToStdWhenVisit", "AllowSmallFile"]
    for child in element.all("Transition") {
      try expect(child, only: access.union(["Days", "CreatedBeforeDate"]))
      let target = try storageClass(child, .oss)
      try refuseAccessTime(child)
      let times = child.children.filter { !access.contains($0.name) }
      let when = try when(XMLElement(name: child.name, children: times), of: "Transition")
      rule.transitions.append(LifecycleRules.Transition(when, to: target))
    }
    for child in element.all("NoncurrentVersionTransition") {
      try expect(child, only: access.union(["NoncurrentDays"]))
      let target = try storageClass(child, .oss)
      try refuseAccessTime(child)
      guard let text = child.string("NoncurrentDays") else { throw S3Error(.malformedXML) }
      let days = try days(text, "NoncurrentDays", of: "NoncurrentVersionTransition")
      rule.noncurrentTransitions.append(LifecycleRules.NoncurrentTransition(days: days, to: target))
    }
    try checkOSSTransitions(rule)
  }

  /// What rules by the last access alone may say.
  private static func refuseAccessTime(_ element: XMLElement) throws(S3Error) {
    if try flag(element.string("IsAccessTime")) == true { throw .notImplemented(element: "IsAccessTime") }
    guard try flag(element.string("ReturnToStdWhenVisit")) != true,
      try flag(element.string("AllowSmallFile")) != false
    else {
      throw .invalidArgument(
        "IsAccessTime", nil, "ReturnToStdWhenVisit and AllowSmallFile need a rule by the last access")
    }
  }

  private static func checkOSSTransitions(_ rule: LifecycleRules.Rule) throws(S3Error) {
    try expectDifferent(rule.transitions.map(\.storageClass), "Transition")
    try expectDifferent(
      rule.noncurrentTransitions.map(\.storageClass), "NoncurrentVersionTransition")
    for move in rule.transitions { try expectLater(rule.expiration, than: move.when) }
    for move in rule.noncurrentTransitions { try expectLater(rule.noncurrentExpiration, than: move.days) }
    let days = rule.transitions.compactMap { move in
      if case .days(let days) = move.when { (move.storageClass, days) } else { nil }
    }
    try expectOrder(days)
    try expectOrder(rule.noncurrentTransitions.map { ($0.storageClass, $0.days) })
  }

  /// Throws InvalidArgument unless the colder class comes later.
  private static func expectOrder(_ moves: [(StorageClass, UInt32)]) throws(S3Error) {
    let order: [StorageClass] = [.standardIA, .archive, .glacier, .deepArchive]
    let sorted = moves.sorted { (order.firstIndex(of: $0.0) ?? 0) < (order.firstIndex(of: $1.0) ?? 0) }
    for (warm, cold) in zip(sorted, sorted.dropFirst()) where warm.1 >= cold.1 {
      throw .invalidArgument("Days", "\(cold.1)", "The days of a colder storage class must be more")
    }
  }
}

extension LifecycleRules.When {
  /// Whether it names a day, and no age.
  fileprivate var isDate: Bool {
    if case .days = self { false } else { true }
  }
}
