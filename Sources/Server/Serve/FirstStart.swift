import Access
import Glibc

/// Tells whoever starts a server for the first time which root credentials were made.
///
/// Not through the logger: the level of the log must not hide the only showing, and what ships log lines
/// elsewhere must not carry the secret along.
enum FirstStart {
  static func text(_ root: RootCredentials, keptIn path: String) -> String {
    """
    Root credentials made; they are kept in \(path) and not shown again:
      access key  \(root.accessKeyID)
      secret key  \(root.secretAccessKey)

    """
  }

  /// Writes the text to a descriptor. One that takes no more is nobody's loss: the file holds the pair.
  static func show(_ root: RootCredentials, keptIn path: String, on descriptor: Int32 = STDERR_FILENO) {
    var rest = Array(text(root, keptIn: path).utf8)[...]
    while !rest.isEmpty {
      // SAFETY: the slice outlives the call and its count bounds what is written.
      let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
