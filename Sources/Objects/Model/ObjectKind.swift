/// What an object is beside its bytes, as OSS tells its types apart. What is completed from parts is ordinary: its
/// entity tag says so.
package enum ObjectKind: UInt8, Hashable, Sendable {
  /// Written once, whole or in parts, or copied.
  case ordinary = 0
  /// Begun by an append: it can be made longer until it is sealed (decision 0051).
  case appendable = 1
  /// Empty; stands for another object of its bucket, which is what readers get.
  case symlink = 2
}
