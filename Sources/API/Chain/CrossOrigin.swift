import HTTP
import Objects

/// What a bucket's rules say to a page of another origin.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html>
enum CrossOrigin {
  /// What a page asks for.
  struct Question: Sendable {
    let origin: ArraySlice<UInt8>
    let method: CrossOriginRules.Method
    /// Names of headers that a preflight asks for.
    let headers: [ArraySlice<UInt8>]
    let isPreflight: Bool
  }

  /// The first rule that lets the page ask, and whether it lets everybody.
  static func match(
    _ rules: CrossOriginRules, _ question: Question
  ) -> (rule: CrossOriginRules.Rule, isForAll: Bool)? {
    for rule in rules.rules where rule.methods.contains(question.method) {
      guard let origin = rule.origins.first(where: { Pattern.matches($0, question.origin) }) else { continue }
      let isAllowed = question.headers.allSatisfy { header in
        rule.headers.contains { Pattern.matches($0, header, ignoringCase: true) }
      }
      if isAllowed { return (rule, origin == "*") }
    }
    return nil
  }

  /// Adds what a matching rule says.
  static func add(
    _ rule: CrossOriginRules.Rule, isForAll: Bool, _ question: Question, to head: inout ResponseHead
  ) {
    if isForAll {
      head.add("Access-Control-Allow-Origin", "*")
    } else {
      head.add("Access-Control-Allow-Origin", Array(question.origin))
      head.add("Access-Control-Allow-Credentials", "true")
    }
    head.add("Access-Control-Allow-Methods", rule.methods.map(\.name).joined(separator: ", "))
    if question.isPreflight, !question.headers.isEmpty {
      head.add("Access-Control-Allow-Headers", Array(question.headers.joined(separator: Array(", ".utf8))))
    }
    if !rule.exposed.isEmpty {
      head.add("Access-Control-Expose-Headers", rule.exposed.joined(separator: ", "))
    }
    if question.isPreflight, let seconds = rule.maxAgeSeconds { head.add("Access-Control-Max-Age", seconds) }
  }

  /// Says that another origin would have got another reply, where the rules have it so.
  static func addVary(_ rules: CrossOriginRules, isMatched: Bool, to head: inout ResponseHead) {
    switch rules.vary {
    case .matched:
      if isMatched {
        head.add("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method")
      }
    case .always: head.add("Vary", "Origin")
    case .never: break
    }
  }

  /// The reply to a request, with what a page of another origin is told. Costs requests without an origin a look at
  /// the bucket's settings.
  ///
  /// Apart from the chain's asynchronous functions: what it holds would stay in their frames.
  @inline(never)
  static func mark(_ reply: Reply, _ request: APIRequest, _ services: Services) -> Reply {
    let origin = request.headers.first("origin")
    guard let rules = rules(request, services, hasOrigin: origin != nil) else { return reply }
    var question: Question?
    if let origin, let method = CrossOriginRules.Method(request.head.method.name) {
      question = Question(origin: origin, method: method, headers: [], isPreflight: false)
    }
    let match = question.flatMap { self.match(rules, $0) }
    return reply.changingHead { head in
      if let match, let question { add(match.rule, isForAll: match.isForAll, question, to: &head) }
      addVary(rules, isMatched: match != nil, to: &head)
    }
  }

  /// The rules of the bucket that a request names. One that was refused before its bucket was known has to look for it.
  private static func rules(
    _ request: APIRequest, _ services: Services, hasOrigin: Bool
  ) -> CrossOriginRules? {
    // A preflight is answered by the rules as it is.
    if request.head.method == .options { return nil }
    if let bucket = request.bucket { return bucket.settings.crossOrigin }
    guard hasOrigin, let name = request.target.bucket else { return nil }
    return (try? AddressedBucket(name, in: services.store))?.bucket.settings.crossOrigin
  }
}

extension CrossOriginRules.Method {
  /// Nil for a method that no rule can allow.
  init?(_ name: some StringProtocol) {
    guard let method = Self.allCases.first(where: { name == $0.name }) else { return nil }
    self = method
  }
}

/// A text in which one `*` stands for any.
enum Pattern {
  static func matches(
    _ pattern: String, _ text: ArraySlice<UInt8>, ignoringCase: Bool = false
  ) -> Bool {
    let pattern = Array((ignoringCase ? pattern.lowercased() : pattern).utf8)
    let text = ignoringCase ? Array(text).map(lowercase)[...] : text
    guard let star = pattern.firstIndex(of: UInt8(ascii: "*")) else { return text.elementsEqual(pattern) }
    let (head, tail) = (pattern[..<star], pattern[(star + 1)...])
    return text.count >= head.count + tail.count && text.starts(with: head)
      && text.suffix(tail.count).elementsEqual(tail)
  }

  private static func lowercase(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}

extension Reply {
  /// The same with a change of its head.
  fileprivate func changingHead(_ change: (inout ResponseHead) -> Void) -> Reply {
    switch self {
    case .complete(var head, let body):
      change(&head)
      return .complete(head, body)
    case .streaming(var head, let reader):
      change(&head)
      return .streaming(head, reader)
    }
  }
}
