import Glibc

/// A certificate chain and its key, as PEM files.
package struct TLSCertificateFiles: Sendable, Hashable {
  /// The certificate, with its intermediates behind it.
  package var certificateFile: String
  /// The private key, without passphrase.
  package var keyFile: String

  package init(certificateFile: String, keyFile: String) {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
  }

  /// What changes when one of the files does.
  struct Stamp: Equatable, Sendable {
    private let certificate: FileStamp
    private let key: FileStamp

    /// Blocks: asks the file system.
    init(_ files: TLSCertificateFiles) {
      certificate = FileStamp(files.certificateFile)
      key = FileStamp(files.keyFile)
    }
  }
}

/// Identity, size and change times of a file; all zero when there is none.
private struct FileStamp: Equatable, Sendable {
  private var inode: UInt64 = 0
  private var size: Int64 = 0
  private var modified: [Int] = [0, 0]
  private var changed: [Int] = [0, 0]

  init(_ path: String) {
    var info = stat()
    // SAFETY: the call fills the structure.
    guard unsafe stat(path, &info) == 0 else { return }
    inode = UInt64(info.st_ino)
    size = Int64(info.st_size)
    modified = [info.st_mtim.tv_sec, info.st_mtim.tv_nsec]
    changed = [info.st_ctim.tv_sec, info.st_ctim.tv_nsec]
  }
}
