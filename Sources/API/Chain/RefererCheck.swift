import HTTP
import Objects

/// Whether the page that a request comes from may link to a bucket's objects.
///
/// Only URLs are judged, be they presigned or plain: whoever signs a header is no page.
/// <https://www.alibabacloud.com/help/en/oss/user-guide/hotlink-protection>
enum RefererCheck {
  /// - Throws: AccessDenied.
  static func check(_ request: APIRequest) throws(S3Error) {
    guard let rules = request.bucket?.settings.referers, request.target.key != nil,
      !request.headers.contains("authorization")
    else { return }
    guard permits(rules, request.headers.first("referer") ?? []) else {
      throw S3Error(.accessDenied, message: "You are denied by bucket referer policy.")
    }
  }

  /// Whether requests from a page (empty: from none) may pass.
  static func permits(_ rules: RefererRules, _ referer: ArraySlice<UInt8>) -> Bool {
    // Without a list of those that may, nobody is asked for a page.
    if referer.isEmpty { return rules.allowsEmpty || rules.allowed.isEmpty }
    let page = page(referer, rules)
    func isAmong(_ list: [String]) -> Bool { list.contains { matches(Array($0.utf8), page) } }
    return !isAmong(rules.denied) && (rules.allowed.isEmpty || isAmong(rules.allowed))
  }

  /// What counts of a page's address.
  private static func page(_ referer: ArraySlice<UInt8>, _ rules: RefererRules) -> ArraySlice<UInt8> {
    var page = referer
    if rules.ignoresQuery || rules.ignoresPath {
      page = page.prefix { $0 != UInt8(ascii: "?") }
    }
    guard rules.ignoresPath, let colon = page.firstIndex(of: UInt8(ascii: ":")),
      page[colon...].starts(with: "://".utf8)
    else { return page }
    let host = page[(colon + 3)...]
    return page[..<(host.firstIndex(of: UInt8(ascii: "/")) ?? host.endIndex)]
  }

  /// Whether a text is what a pattern with `*` and `?` says. Goes back to the last `*` only, so a text of n bytes costs
  /// at most n times the pattern.
  static func matches(_ pattern: [UInt8], _ text: ArraySlice<UInt8>) -> Bool {
    var (p, t) = (0, text.startIndex)
    var retry: (pattern: Int, text: Int)?
    while t < text.endIndex {
      if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
        retry = (p + 1, t)
        p += 1
      } else if p < pattern.count, pattern[p] == UInt8(ascii: "?") || pattern[p] == text[t] {
        p += 1
        t += 1
      } else if let last = retry {
        retry = (last.pattern, last.text + 1)
        (p, t) = (last.pattern, last.text + 1)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
