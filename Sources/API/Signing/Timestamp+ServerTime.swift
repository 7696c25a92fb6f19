import Primitives

extension Timestamp {
  /// `2013-05-24T00:00:00Z`: the form of `ServerTime` and `Expires` in S3's error bodies (no fraction).
  var iso8601WholeSeconds: String { String(iso8601.prefix(19)) + "Z" }
}
