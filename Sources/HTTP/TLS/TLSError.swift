import COpenSSL

/// Why certificates could not be loaded: which file, and what OpenSSL says of it.
package struct TLSError: Error, Sendable, CustomStringConvertible {
  package let file: String
  package let reason: String

  package var description: String { "\(file): \(reason)" }

  /// With OpenSSL's first complaint on this thread as the reason.
  static func withQueuedReason(_ file: String) -> TLSError {
    TLSError(file: file, reason: queuedReason() ?? "not usable")
  }

  /// OpenSSL's first complaint on this thread; clears the rest.
  static func queuedReason() -> String? {
    let code = ERR_get_error()
    guard code != 0 else { return nil }
    ERR_clear_error()
    var text = [CChar](repeating: 0, count: 256)
    // SAFETY: the call writes at most 256 bytes with a NUL among them.
    unsafe ERR_error_string_n(code, &text, text.count)
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
