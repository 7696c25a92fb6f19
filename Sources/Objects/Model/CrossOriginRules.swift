/// Which pages of other origins a bucket lets read it, and how (W3C, "Cross-Origin Resource Sharing"). The object layer
/// only keeps them.
package struct CrossOriginRules: Hashable, Sendable {
  package enum Method: UInt8, Hashable, Sendable, CaseIterable {
    case get = 0
    case put = 1
    case post = 2
    case delete = 3
    case head = 4
  }

  package struct Rule: Hashable, Sendable {
    package var id: String?
    /// Each with one `*` at most, which stands for any text.
    package var origins: [String] = []
    package var methods: [Method] = []
    /// Names of request headers, each with one `*` at most.
    package var headers: [String] = []
    /// Names of reply headers that pages are shown.
    package var exposed: [String] = []
    /// For how long a browser may remember the answer.
    package var maxAgeSeconds: UInt64?

    package init() {}
  }

  /// When a reply says that it would be another for another origin.
  package enum Vary: UInt8, Hashable, Sendable {
    /// Where a rule matched: S3's way.
    case matched = 0
    /// Always, and never: the two that OSS leaves to the bucket's owner.
    case always = 1
    case never = 2
  }

  package let rules: [Rule]
  package let vary: Vary

  package init(_ rules: [Rule], vary: Vary) {
    self.rules = rules
    self.vary = vary
  }
}
