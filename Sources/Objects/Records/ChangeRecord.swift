/// What is noted of a change of a key, by its time (docs/format/metadata.md, "Change record").
struct ChangeRecord: Hashable, Sendable {
  static let recordVersion: UInt8 = 1

  /// Whether the change removed a version that is kept.
  let hasRemoved: Bool

  func encode() -> [UInt8] { [Self.recordVersion, hasRemoved ? 1 : 0] }

  init(hasRemoved: Bool) {
    self.hasRemoved = hasRemoved
  }

  /// Nil when the bytes are not a change record.
  init?(_ value: [UInt8]) {
    guard value.count == 2, value[0] == Self.recordVersion, value[1] <= 1 else { return nil }
    hasRemoved = value[1] == 1
  }
}
