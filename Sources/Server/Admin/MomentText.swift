import Objects
import Primitives

/// Moments in what is asked of the admin API.
enum MomentText {
  private static let viewPrefix = "view:"

  /// A time in ISO 8601, to the end of its millisecond; or a version's id: just after that version was written; or
  /// `view:NAME`: what that view shows. Nil for nil.
  static func moment(
    _ text: String?, _ name: String, _ objects: ObjectStore
  ) throws(AdminProblem) -> Moment? {
    guard let text else { return nil }
    if text.hasPrefix(Self.viewPrefix) {
      let view = String(text.dropFirst(Self.viewPrefix.count))
      guard let found = objects.view(named: view) else { throw AdminProblem(.noSuchView(name: view)) }
      return found.asOf
    }
    if let version = VersionID(text: text) { return Moment(version) }
    return Moment(try required(text, name))
  }

  /// A time in ISO 8601; nil for nil.
  static func time(_ text: String?, _ name: String) throws(AdminProblem) -> Timestamp? {
    guard let text else { return nil }
    return try required(text, name)
  }

  private static func required(_ text: String, _ name: String) throws(AdminProblem) -> Timestamp {
    guard let time = Timestamp(iso8601: text.utf8) else {
      throw AdminProblem(400, "\(name): \"\(text)\" is no ISO 8601 date, such as 2026-11-20T10:00:00.250Z")
    }
    return time
  }
}
