import Flow
import Primitives

/// What is to be set at a node.
struct NodeForm: Decodable {
  struct Node: Decodable {
    let kind: String
    let pool: String?
    let group: String?
    let bucket: String?
    let user: String?
  }

  let node: Node
  let limits: LimitForm?
  /// Whether what is not named is forgotten; else it stays.
  let clear: Bool?

  /// For the log.
  var summary: String {
    let texts = limits?.texts ?? []
    if texts.isEmpty { return clear == true ? "cleared" : "unchanged" }
    return (clear == true ? "cleared, " : "") + texts.joined(separator: ", ")
  }
}

/// Limits as people write them: rates such as `500MiB/s` or `2Gbps`, `none` for no limit of its own, `0` to forbid.
/// What is not named stays as it is.
struct LimitForm: Decodable {
  let upload: String?
  let download: String?
  let intranet_upload: String?
  let intranet_download: String?
  let extranet_upload: String?
  let extranet_download: String?
  let guarantee_upload: String?
  let guarantee_download: String?
  let qps: String?
  let intranet_qps: String?
  let extranet_qps: String?
  let priority: String?
  let weight: String?

  private var rates: [(name: String, text: String?, Direction, TrafficScope)] {
    [
      ("upload", upload, .upload, .total), ("download", download, .download, .total),
      ("intranet_upload", intranet_upload, .upload, .intranet),
      ("intranet_download", intranet_download, .download, .intranet),
      ("extranet_upload", extranet_upload, .upload, .extranet),
      ("extranet_download", extranet_download, .download, .extranet),
    ]
  }

  private var numbers: [(name: String, text: String?)] {
    [
      ("guarantee_upload", guarantee_upload), ("guarantee_download", guarantee_download), ("qps", qps),
      ("intranet_qps", intranet_qps), ("extranet_qps", extranet_qps), ("priority", priority),
      ("weight", weight),
    ]
  }

  /// `download 500MiB/s` and the like.
  var texts: [String] {
    (rates.map { ($0.name, $0.text) } + numbers.map { ($0.name, $0.text) })
      .compactMap { name, text in text.map { "\(name) \($0)" } }
  }

  /// The settings with these changes.
  ///
  /// - Throws: 400, naming what is no rate or number.
  func settings(from known: NodeSettings) throws(AdminProblem) -> NodeSettings {
    var settings = known
    for (name, text, direction, scope) in rates {
      if let text { settings.caps[direction, scope] = try Self.rate(text, name) }
    }
    if let text = guarantee_upload {
      settings.guarantees[.upload, .total] = try Self.rate(text, "guarantee_upload")
    }
    if let text = guarantee_download {
      settings.guarantees[.download, .total] = try Self.rate(text, "guarantee_download")
    }
    for (name, text, scope) in [
      ("qps", qps, .total), ("intranet_qps", intranet_qps, .intranet),
      ("extranet_qps", extranet_qps, .extranet),
    ] as [(String, String?, TrafficScope)] {
      if let text { settings.requests[scope] = try Self.number(text, name, 0...1_000_000_000) }
    }
    if let priority {
      settings.priority = try Self.number(priority, "priority", 1...10).map { UInt8(truncatingIfNeeded: $0) }
    }
    if let weight {
      settings.weight = try Self.number(weight, "weight", 1...1_000_000).map {
        UInt32(truncatingIfNeeded: $0)
      }
    }
    return settings
  }

  private static func rate(_ text: String, _ name: String) throws(AdminProblem) -> UInt64? {
    if text == "none" || text == "-1" { return nil }
    do throws(UnitError) {
      let rate = try Bandwidth.parse(text).bytesPerSecond
      guard rate <= NodeSettings.highestRate else {
        throw UnitError(text: text, expected: "a rate up to 1PB/s")
      }
      return rate
    } catch { throw AdminProblem(400, "\(name): \(error), nor none, nor 0 to forbid") }
  }

  private static func number(
    _ text: String, _ name: String, _ range: ClosedRange<UInt64>
  ) throws(AdminProblem) -> UInt64? {
    if text == "none" || text == "-1" { return nil }
    guard let number = UInt64(text), range.contains(number) else {
      throw AdminProblem(
        400, "\(name): \"\(text)\" is not a number from \(range.lowerBound) to \(range.upperBound), nor none")
    }
    return number
  }
}
