/// What is claimed of the memory budget for the parts of a server whose size is known, in bytes. Measured and rounded
/// up (docs/decisions/0030-memory-budget.md).
enum MemoryCost {
  /// An open connection: its objects, its task, its sockets' places.
  static let connection = 8 << 10
  /// What TLS adds: OpenSSL's state, and a record on its way.
  static let tls = 24 << 10
  /// A request being answered: a buffer of received bytes, one of bytes to be sent.
  static let request = 32 << 10
}
