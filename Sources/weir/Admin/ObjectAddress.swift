import ArgumentParser

/// `s3://BUCKET/KEY` on a command line.
struct ObjectAddress: ExpressibleByArgument {
  let bucket: String
  /// A key or, where the command takes one, a prefix; may be empty.
  let key: String

  init?(argument: String) {
    let scheme = "s3://"
    guard argument.hasPrefix(scheme) else { return nil }
    let rest = argument.dropFirst(scheme.count)
    let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first, !name.isEmpty else { return nil }
    bucket = String(name)
    key = parts.count > 1 ? String(parts[1]) : ""
  }

  /// - Throws: `ValidationError` when there is no key.
  func requireKey() throws {
    if key.isEmpty { throw ValidationError("s3://\(bucket): name an object too, as in s3://\(bucket)/KEY") }
  }
}
