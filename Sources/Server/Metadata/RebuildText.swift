import Metadata
import Primitives

/// What a rebuild is made of, in words and as JSON.
enum RebuildText {
  /// What it begins with.
  static func base(_ report: RebuildReport) -> String {
    guard let base = report.base else { return "no base: the journal goes back to the beginning" }
    return "base \(base.id) of \(Timestamp(milliseconds: base.milliseconds).iso8601)"
  }

  /// Members of a JSON object, without its braces.
  static func members(_ report: RebuildReport) -> String {
    let base = report.base.map {
      "{\"backup\":\($0.id),\"time\":\"\(Timestamp(milliseconds: $0.milliseconds).iso8601)\"}"
    }
    return "\"complete\":\(report.isComplete),\"base\":\(base ?? "null"),\"groups\":\(report.groups)"
      + ",\"writes\":\(report.writes),\"bytes\":\(report.bytes),\"sequence\":\(report.sequence)"
      + ",\"missing\":\(report.missing)"
  }
}
