import Glibc

/// The look at the directory before RocksDB opens it.
enum RocksDirectory {
  /// Makes the directory if it is missing.
  /// - Returns: whether a new database may be made in it. RocksDB takes a directory without `CURRENT` for an
  ///   empty one, whatever else is in it; one that has lost just that file must not come up empty.
  static func prepare(_ path: String, acceptsDamagedLog: Bool) throws(MetadataError) -> Bool {
    // SAFETY: plain system calls on NUL-terminated strings; the directory is closed on every way out.
    if unsafe mkdir(path, 0o700) != 0 && errno != EEXIST { throw failure("make", path) }
    guard let directory = unsafe opendir(path) else { throw failure("open", path) }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      names.append(name)
    }
    if names.contains("CURRENT") {
      if !acceptsDamagedLog, let place = try LogDamage.find(in: path, names) { throw refusal(place) }
      return false
    }
    if names.contains(where: { $0.hasSuffix(".sst") || $0.hasSuffix(".log") || $0.hasPrefix("MANIFEST-") }) {
      throw MetadataError(
        .corruption, "\(path) holds a metadata store whose CURRENT file is missing; restore the directory")
    }
    return true
  }

  /// Bytes that an unprivileged process may still write on the file system of `path`; nil when unknown.
  static func freeBytes(_ path: String) -> UInt64? {
    var status = statvfs()
    // SAFETY: the out-parameter is a local of the right type.
    guard unsafe statvfs(path, &status) == 0 else { return nil }
    return UInt64(status.f_bavail) &* UInt64(status.f_frsize)
  }

  private static func refusal(_ place: LogDamage.Place) -> MetadataError {
    MetadataError(
      .corruption,
      "the write-ahead log \(place.file) is damaged at byte \(place.offset), and groups that were acknowledged lie "
        + "behind it; bring them back from the volumes with weir metadata rebuild, or start once with "
        + "--set metadata.accept_damaged_log=true to go on without them")
  }

  private static func failure(_ verb: String, _ path: String) -> MetadataError {
    MetadataError(.io, "cannot \(verb) \(path): errno \(errno)")
  }
}
