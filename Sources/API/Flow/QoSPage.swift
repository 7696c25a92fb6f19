import Primitives

/// A page of a listing of flow control: by name, from behind a token.
struct QoSPage {
  /// As sent, to be echoed.
  private let token: String
  private let after: [UInt8]
  private let limit: Int
  /// The token of the next page; empty behind the last one.
  private var next = ""

  /// - Throws: InvalidArgument for a token that was not given out, and for a number of entries beyond 1 to 1000.
  init(_ request: APIRequest) throws(S3Error) {
    let name: StaticString = request.query.contains("maxKeys") ? "maxKeys" : "max-keys"
    token = try request.query.string("continuation-token") ?? ""
    after = token.isEmpty ? [] : try ContinuationToken.decode(Array(token.utf8))
    guard let text = try request.query.text(name), !text.isEmpty else {
      limit = request.dialect.listing.defaultKeys
      return
    }
    limit = try ListParameters.number(text, "\(name)", argument: "\(name)")
    guard (1...ListParameters.pageLimit).contains(limit) else {
      throw .invalidArgument(
        "\(name)", String(limit), "\(name) must be between 1 and \(ListParameters.pageLimit)")
    }
  }

  /// The entries of the page.
  mutating func cut<Entry>(_ entries: [Entry], by name: (Entry) -> String) -> [Entry] {
    let named = entries.map { (name: Array(name($0).utf8), entry: $0) }
      .filter { after.isEmpty || after.lexicographicallyPrecedes($0.name) }
      .sorted { $0.name.lexicographicallyPrecedes($1.name) }
    if named.count > limit { next = ContinuationToken.encode(named[limit - 1].name) }
    return named.prefix(limit).map(\.entry)
  }

  /// Writes the tokens, and whether there is more.
  func write(to xml: inout XMLWriter) {
    xml.element("ContinuationToken", token)
    xml.element("NextContinuationToken", next)
    xml.element("IsTruncated", !next.isEmpty)
  }
}
