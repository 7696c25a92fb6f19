/// From which pages a bucket's objects may be linked to (OSS user guide, "Hotlink protection"). The object layer only
/// keeps them.
package struct RefererRules: Hashable, Sendable {
  /// Whether a request that names no page will do.
  package var allowsEmpty = true
  /// Whether a page's query does not count.
  package var ignoresQuery = true
  /// Whether a page's path does not count.
  package var ignoresPath = false
  /// Pages that may; none: all may. `*` stands for any text, `?` for one character.
  package var allowed: [String] = []
  /// Pages that may not.
  package var denied: [String] = []

  package init() {}
}
