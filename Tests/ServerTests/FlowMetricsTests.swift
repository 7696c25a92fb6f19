import Primitives
import Testing

@testable import Flow
@testable import Server

/// The metrics of flow control.
@Suite struct FlowMetricsTests {
  private static func text(_ census: FlowCensus) -> [String] {
    var text = MetricsText()
    MetricsPage.write(census, to: &text)
    return String(decoding: text.bytes, as: Unicode.UTF8.self).split(separator: "\n").map(String.init)
  }

  private static func configuration(_ edits: FlowEdit...) throws -> FlowConfiguration {
    var configuration = FlowConfiguration()
    for edit in edits { configuration = try configuration.applying(edit).0 }
    return configuration
  }

  private static let noon = Timestamp(seconds: 1_760_000_000)

  @Test func aNodeShowsUsageAndLimits() throws {
    var settings = NodeSettings()
    settings.caps[.download, .total] = 2000
    settings.requests[.total] = 7
    var promised = NodeSettings()
    promised.guarantees[.download, .total] = 500
    let table = FlowTable(
      try Self.configuration(
        .createPool("aim", settings, at: Self.noon),
        .place(bucket: 3, name: "data", pool: "aim", group: "training", at: Self.noon),
        .set(.bucket(3), NodeRecord(promised, bucketName: "data")),
        .set(.poolRequester(pool: "aim", user: "X"), NodeRecord(settings, userName: "al\"ice"))),
      rings: 1)
    let lines = Self.text(table.count())
    for line in [
      "weir_flow_nodes 6", "weir_flow_other_nodes 0",
      #"weir_flow_bytes_total{kind="pool",node="aim",direction="download",scope="total"} 0"#,
      #"weir_flow_limit_bytes_per_second{kind="pool",node="aim",direction="download",scope="total"} 2000"#,
      #"weir_flow_guarantee_bytes_per_second{kind="bucket",node="data",direction="download",scope="total"} 500"#,
      #"weir_flow_delay_seconds_total{kind="group",node="aim/training",direction="upload",scope="total"} 0"#,
      #"weir_flow_requests_total{kind="bucket",node="data",scope="total"} 0"#,
      #"weir_flow_limit_requests_per_second{kind="requester",node="al\"ice at pool aim",scope="total"} 7"#,
      #"weir_flow_refusals_total{kind="requester",node="al\"ice at pool aim",scope="total"} 0"#,
    ] { #expect(lines.contains(line), "\(line)") }
    // Nothing tells the networks apart; a bucket without limits has no gauge of one.
    #expect(!lines.contains { $0.contains("extranet") })
    #expect(!lines.contains { $0.hasPrefix("weir_flow_limit") && $0.contains(#"kind="bucket""#) })
  }

  @Test func seriesAreBoundedAndEachIsThereOnce() throws {
    var configuration = try Self.configuration(.createPool("aim", NodeSettings(), at: Self.noon))
    var settings = NodeSettings()
    settings.caps[.upload, .extranet] = 5
    // Two of them have the same name, as after a bucket was deleted and made anew.
    for id in UInt64(1)...(UInt64(FlowLedger.shownMax) + 50) {
      configuration = try configuration.applying(
        .set(.bucket(id), NodeRecord(settings, bucketName: "b\(max(id, 2))"))
      ).0
    }
    let lines = Self.text(FlowTable(configuration, rings: 1).count()).filter { !$0.hasPrefix("#") }
    let series = lines.map { $0.split(separator: "} ")[0] }
    #expect(Set(series).count == series.count)
    #expect(lines.contains("weir_flow_other_nodes 53"))
    #expect(lines.contains { $0.hasPrefix(#"weir_flow_bytes_total{kind="other",node="other","#) })
    let nodes = lines.filter { $0.hasPrefix("weir_flow_requests_total") && $0.contains(#"scope="total""#) }
    // The server, its own work, the pool and 197 buckets, two of them under one name; and the others.
    #expect(nodes.count == FlowLedger.shownMax)
    #expect(lines.count < FlowLedger.shownMax * 32)
  }
}
