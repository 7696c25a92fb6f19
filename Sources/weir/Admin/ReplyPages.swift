import Foundation

/// A list that the admin API gives in pages.
struct ReplyPages {
  let client: AdminClient
  let path: [String]
  let query: [(name: String, value: String)]

  init(_ client: AdminClient, _ path: [String], _ query: [(name: String, value: String)] = []) {
    self.client = client
    self.path = path
    self.query = query
  }

  private struct Place: Decodable { let next: String? }

  /// Hands on the pages one after another, as they came.
  func forEach(_ body: (String) throws -> Void) throws {
    var query = query
    while true {
      let text = try client.call("GET", AdminClient.target(path, query))
      try body(text)
      guard let next = try Reply.decode(Place.self, text).next else { return }
      query = self.query + [("after", next)]
    }
  }

  /// The elements of a page's list, each as JSON.
  static func elements(of text: String, _ list: String) throws -> [String] {
    let page = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let elements = page?[list] as? [Any] ?? []
    return try elements.map { element in
      let data = try JSONSerialization.data(
        withJSONObject: element, options: [.sortedKeys, .withoutEscapingSlashes])
      return String(decoding: data, as: Unicode.UTF8.self)
    }
  }
}
