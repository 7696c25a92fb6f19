import Objects

/// Rules that want the same kind of thing done to the same objects.
enum LifecycleOverlap {
  /// The action that two rules share whose prefixes overlap and whose tags are the same; nil: they do not meet.
  static func action(_ a: LifecycleRules.Rule, _ b: LifecycleRules.Rule) -> String? {
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
    if rule.abortion != nil { names.append("AbortIncompleteMultipartUpload") }
    return names
  }
}
