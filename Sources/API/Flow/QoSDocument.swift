import Flow
import Primitives

/// `QoSConfiguration`, and what is like it: rates in whole gigabits a second, requests a second, -1 for no limit.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketqosinfo>
enum QoSDocument {
  /// An element, and what it sets.
  enum Item {
    case bandwidth(StaticString, Direction, TrafficScope)
    case requests(StaticString, TrafficScope)

    var name: StaticString {
      switch self {
      case .bandwidth(let name, _, _), .requests(let name, _): name
      }
    }
  }

  /// Bytes each second of a gigabit each second.
  private static let gigabit: UInt64 = 125_000_000

  static let bandwidths: [Item] = [
    .bandwidth("TotalUploadBandwidth", .upload, .total),
    .bandwidth("IntranetUploadBandwidth", .upload, .intranet),
    .bandwidth("ExtranetUploadBandwidth", .upload, .extranet),
    .bandwidth("TotalDownloadBandwidth", .download, .total),
    .bandwidth("IntranetDownloadBandwidth", .download, .intranet),
    .bandwidth("ExtranetDownloadBandwidth", .download, .extranet),
  ]
  private static let all =
    bandwidths + [
      .requests("TotalQps", .total), .requests("IntranetQps", .intranet), .requests("ExtranetQps", .extranet),
    ]

  /// The limits of a request's document; what it leaves out is no limit.
  ///
  /// - Throws: BadDigest, MalformedXML, MissingRequestBodyError, InvalidArgument for a number that is none.
  static func read(_ request: APIRequest) throws(S3Error) -> NodeSettings {
    try PayloadIntegrity.check(request)
    let root = try RequestDocument.parse(request.payload, root: "QoSConfiguration")
    var settings = NodeSettings()
    let names = root.children.map(\.name)
    guard Set(names).count == names.count, names.allSatisfy({ name in all.contains { "\($0.name)" == name } })
    else { throw S3Error(.malformedXML) }
    for item in all {
      guard let text = root.string("\(item.name)") else { continue }
      switch item {
      case .bandwidth(let name, let direction, let scope):
        settings.caps[direction, scope] = try number(text, name, NodeSettings.highestRate / gigabit)
          .map { $0 * gigabit }
      case .requests(let name, let scope):
        settings.requests[scope] = try number(text, name, NodeSettings.highestRequests)
      }
    }
    return settings
  }

  /// The six rates of an element, such as a guarantee.
  ///
  /// - Throws: MalformedXML, InvalidArgument.
  static func rates(_ element: XMLElement) throws(S3Error) -> BandwidthLimits {
    var rates = BandwidthLimits()
    let names = element.children.map(\.name)
    guard Set(names).count == names.count,
      names.allSatisfy({ name in bandwidths.contains { "\($0.name)" == name } })
    else { throw S3Error(.malformedXML) }
    for case .bandwidth(let name, let direction, let scope) in bandwidths {
      guard let text = element.string("\(name)") else { continue }
      rates[direction, scope] = try number(text, name, NodeSettings.highestRate / gigabit).map {
        $0 * gigabit
      }
    }
    return rates
  }

  /// -1, or up to `highest`.
  private static func number(
    _ text: String, _ name: StaticString, _ highest: UInt64
  ) throws(S3Error) -> UInt64? {
    if text == "-1" { return nil }
    guard let number = UInt64(text), number <= highest else {
      throw .invalidArgument("\(name)", text, "\(name) must be a whole number up to \(highest), or -1.")
    }
    return number
  }

  /// The limits in words, for the log.
  static func summary(_ settings: NodeSettings) -> String {
    let texts = all.compactMap { item -> String? in
      switch item {
      case .bandwidth(let name, let direction, let scope):
        settings.caps[direction, scope].map { "\(name) \($0 / gigabit)Gbps" }
      case .requests(let name, let scope): settings.requests[scope].map { "\(name) \($0)" }
      }
    }
    return texts.isEmpty ? "no limits" : texts.joined(separator: ", ")
  }

  /// Writes all nine elements. A rate that is no whole number of gigabits shows as the next higher one, so that a low
  /// limit does not look like a prohibition.
  static func write(_ settings: NodeSettings, to xml: inout XMLWriter) {
    for item in all {
      switch item {
      case .bandwidth(let name, let direction, let scope):
        write(name, settings.caps[direction, scope], to: &xml)
      case .requests(let name, let scope):
        xml.element(name, settings.requests[scope].map(Int64.init(clamping:)) ?? -1)
      }
    }
  }

  /// Writes six rates.
  static func write(_ rates: BandwidthLimits, to xml: inout XMLWriter) {
    for case .bandwidth(let name, let direction, let scope) in bandwidths {
      write(name, rates[direction, scope], to: &xml)
    }
  }

  private static func write(_ name: StaticString, _ rate: UInt64?, to xml: inout XMLWriter) {
    xml.element(name, rate.map { Int64(clamping: ($0 + gigabit - 1) / gigabit) } ?? -1)
  }

  /// A document with the nine elements in its root.
  static func document(_ settings: NodeSettings) -> XMLWriter {
    var xml = XMLWriter(capacity: 768)
    element(settings, to: &xml)
    return xml
  }

  /// `QoSConfiguration`.
  static func element(_ settings: NodeSettings, to xml: inout XMLWriter) {
    xml.open("QoSConfiguration")
    write(settings, to: &xml)
    xml.close("QoSConfiguration")
  }
}

extension NodeSettings {
  /// Whether limits of OSS were set: an entry may be there for a guarantee, a priority or a weight alone.
  var hasThresholds: Bool {
    !caps.isEmpty || !requests.isEmpty || guarantees.isEmpty && priority == nil && weight == nil
  }
}
