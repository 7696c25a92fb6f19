import Objects

/// Two rules that want the same kind of thing done to the same objects.
struct LifecycleOverlap {
  /// In S3's word.
  let action: String
  let prefixes: ([UInt8], [UInt8])

  /// The first of a configuration; nil where there is none.
  init?(in rules: [LifecycleRules.Rule]) {
    for (index, a) in rules.enumerated() {
      for b in rules[(index + 1)...] {
        guard let action = Self.action(a, b) else { continue }
        self.action = action
        prefixes = (a.filter.prefix, b.filter.prefix)
        return
      }
    }
    return nil
  }

  /// The action that two rules share whose prefixes overlap and whose tags are the same; nil: they do not meet.
  private static func action(_ a: LifecycleRules.Rule, _ b: LifecycleRules.Rule) -> String? {
    guard
      a.filter.prefix.starts(with: b.filter.prefix) || b.filter.prefix.starts(with: a.filter.prefix),
      Set(a.filter.tags.tags) == Set(b.filter.tags.tags)
    else { return nil }
    let shared = actions(a).filter { actions(b).contains($0) }
    return shared.first
  }

  private static func actions(_ rule: LifecycleRules.Rule) -> [String] {
    var names: [String] = []
    if rule.expiration != nil || rule.removesSoleMarkers == true { names.append("Expiration") }
    if rule.noncurrentExpiration != nil { names.append("NoncurrentVersionExpiration") }
    if !rule.transitions.isEmpty { names.append("Transition") }
    if !rule.noncurrentTransitions.isEmpty { names.append("NoncurrentVersionTransition") }
    if rule.abortion != nil { names.append("AbortIncompleteMultipartUpload") }
    return names
  }
}
