import Glibc
import Ring

/// Finds out whether a file system takes O_DIRECT, by writing a page: some accept the flag and fail the write.
enum DirectProbe {
  /// Whether to use O_DIRECT, and why not.
  struct Outcome {
    let isDirect: Bool
    let notices: [String]
  }

  /// Probes with a file of its own in `directory`.
  static func run(in directory: String, _ options: VolumeOptions) async throws(VolumeError) -> Outcome {
    guard options.directIO == .auto else { return Outcome(isDirect: false, notices: []) }
    let path = directory + "/volume.probe"
    do throws(IOError) {
      let file = try await File.open(path, flags: O_WRONLY | O_CREAT | O_TRUNC | File.direct)
      defer {
        file.close()
        FileSystem.remove(path)
      }
      // SAFETY: allocated and freed here; the write has ended by then.
      let page = UnsafeMutableRawBufferPointer.allocate(
        byteCount: VolumeFormat.pageSize, alignment: VolumeFormat.pageSize)
      defer { unsafe page.deallocate() }
      unsafe page.zero(0..<page.count)
      try await unsafe file.write(UnsafeRawBufferPointer(page), at: 0)
      return Outcome(isDirect: true, notices: [])
    } catch {
      // open(2) may have made the file before it refused the flag.
      FileSystem.remove(path)
      let why: String
      switch error.errno {
      case EINVAL, EOPNOTSUPP: why = "the file system does not take O_DIRECT"
      // A full disk must not keep the server from reading, or from making room.
      case ENOSPC, EDQUOT: why = "the disk is too full to find out whether it takes O_DIRECT"
      default: throw VolumeError(error, "probing \(directory)")
      }
      return Outcome(isDirect: false, notices: ["\(directory): \(why); writes go through the page cache"])
    }
  }
}
