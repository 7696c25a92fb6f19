import Glibc

/// Files of the journal by plain system calls, on threads that may block.
enum PlainFile {
  /// The bytes of a file, at most `limit` of them, and its size. Throws `.io`.
  static func read(_ path: String, limit: Int = .max) throws(MetadataError) -> (bytes: [UInt8], size: UInt64)
  {
    // SAFETY: plain system calls; the descriptor is closed on every way out.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open", path) }
    defer { close(descriptor) }
    let size = Int(lseek(descriptor, 0, SEEK_END))
    guard size >= 0 else { throw failure("examine", path) }
    let wanted = min(size, limit)
    // The standard library would write the count of an empty array into the one that all threads share.
    guard wanted > 0 else { return ([], UInt64(size)) }
    var problem: Int32 = 0
    // SAFETY: each call writes at most what there is room for and says how much.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
      while count < wanted {
        let rest = unsafe buffer.baseAddress?.advanced(by: count)
        let part = unsafe pread(descriptor, rest, wanted - count, off_t(count))
        if part < 0 && errno == EINTR { continue }
        if part < 0 { problem = errno }
        if part <= 0 { return }
        count += part
      }
    }
    guard problem == 0 else { throw failure("read", path, problem) }
    return (bytes, UInt64(size))
  }

  /// Whether there is something at `path`.
  static func exists(_ path: String) -> Bool {
    // SAFETY: a system call on a NUL-terminated string.
    unsafe access(path, F_OK) == 0
  }

  /// The names in a directory, without "." and ".."; none when it does not exist.
  static func names(_ path: String) throws(MetadataError) -> [String] {
    // SAFETY: the stream is closed on every way out; an entry is read before the next is asked for.
    guard let stream = unsafe opendir(path) else {
      if errno == ENOENT { return [] }
      throw failure("list", path)
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Makes a directory (mode 0700) and those above it that are missing.
  static func makeDirectory(_ path: String) throws(MetadataError) {
    // SAFETY: system calls on NUL-terminated strings.
    if unsafe mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    let reason = errno
    guard reason == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
      throw failure("make", path, reason)
    }
    try makeDirectory(String(path[..<slash]))
    if unsafe mkdir(path, 0o700) != 0 && errno != EEXIST { throw failure("make", path) }
  }

  /// Replaces a file durably, mode 0600.
  static func replace(_ path: String, with bytes: [UInt8]) throws(MetadataError) {
    let new = try WritableFile(path + ".new", exclusive: false)
    defer { new.shut() }
    try new.append(bytes)
    try new.synchronize()
    try rename(path + ".new", to: path)
  }

  /// Gives a file or directory another name in the same directory, durably.
  static func rename(_ path: String, to other: String) throws(MetadataError) {
    // SAFETY: a system call on NUL-terminated strings.
    guard unsafe Glibc.rename(path, other) == 0 else { throw failure("rename", path) }
    try synchronizeDirectory(of: other)
  }

  /// Makes the directory if it is missing, and deletes the files in it.
  static func removeContents(_ path: String) throws(MetadataError) {
    try makeDirectory(path)
    for name in try names(path) where name != "lost+found" { try remove(path + "/" + name) }
  }

  static func remove(_ path: String) throws(MetadataError) {
    // SAFETY: a system call on a NUL-terminated string.
    guard unsafe unlink(path) == 0 || errno == ENOENT else { throw failure("delete", path) }
  }

  /// Makes the name of a file durable.
  static func synchronizeDirectory(of path: String) throws(MetadataError) {
    let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    // SAFETY: plain system calls; the descriptor is closed on every way out.
    let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open", directory) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("sync", directory) }
  }

  /// Takes everybody else's rights from these names in the directory and all that is below them: 0700 for
  /// directories, 0600 for files. Where the file system has no modes, or they are another user's, nothing is done.
  static func makePrivate(_ directory: String, below names: [String]) throws(MetadataError) {
    for name in names {
      let path = directory + "/" + name
      var status = stat()
      // SAFETY: system calls on NUL-terminated strings; the status outlives the call that fills it.
      guard unsafe lstat(path, &status) == 0 else {
        if errno == ENOENT { continue }
        throw failure("examine", path)
      }
      let isDirectory = status.st_mode & S_IFMT == S_IFDIR
      guard isDirectory || status.st_mode & S_IFMT == S_IFREG else { continue }
      let mode: mode_t = isDirectory ? 0o700 : 0o600
      if status.st_mode & 0o7777 != mode, unsafe chmod(path, mode) != 0, errno != ENOENT {
        guard errno == EPERM || errno == EOPNOTSUPP else { throw failure("make private", path) }
      }
      if isDirectory { try makePrivate(path, below: Self.names(path)) }
    }
  }

  static func failure(_ verb: String, _ path: String, _ number: Int32 = errno) -> MetadataError {
    // SAFETY: strerror's text is copied at once.
    let reason = unsafe String(cString: strerror(number))
    return MetadataError(number == ENOSPC ? .full : .io, "cannot \(verb) \(path): \(reason)")
  }
}

/// A file being appended to. Used by one thread at a time.
final class WritableFile {
  let path: String
  private(set) var size: UInt64 = 0
  private let descriptor: Int32
  private var isOpen = true

  /// Makes the file, mode 0600. With `exclusive` it must not exist, else it is emptied.
  init(_ path: String, exclusive: Bool) throws(MetadataError) {
    self.path = path
    // SAFETY: a system call on a NUL-terminated string.
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (exclusive ? O_EXCL : O_TRUNC), 0o600)
    guard descriptor >= 0 else { throw PlainFile.failure("make", path) }
  }

  deinit { shut() }

  func append(_ bytes: [UInt8]) throws(MetadataError) {
    var done = 0
    while done < bytes.count {
      // SAFETY: the pointer stays inside the array for the length of the call.
      let count = unsafe bytes.withUnsafeBytes {
        unsafe write(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw PlainFile.failure("write", path, count == 0 ? EIO : errno) }
      done += count
      size += UInt64(count)
    }
  }

  /// Appends several pieces of memory, in order.
  func append(_ parts: [UnsafeRawBufferPointer]) throws(MetadataError) {
    // SAFETY: the caller's memory lives for the call and is only read.
    var rest = unsafe parts.map {
      unsafe iovec(iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress), iov_len: $0.count)
    }[...]
    while unsafe !rest.isEmpty {
      let count = unsafe rest.withUnsafeBufferPointer {
        unsafe writev(descriptor, $0.baseAddress, Int32(min($0.count, 1024)))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw PlainFile.failure("write", path, count == 0 ? EIO : errno) }
      size += UInt64(count)
      var done = count
      while let first = unsafe rest.first, unsafe done >= first.iov_len {
        unsafe done -= first.iov_len
        unsafe rest.removeFirst()
      }
      guard done > 0, var first = unsafe rest.first else { continue }
      unsafe first.iov_base = first.iov_base?.advanced(by: done)
      unsafe first.iov_len -= done
      unsafe rest[rest.startIndex] = first
    }
  }

  func synchronize() throws(MetadataError) {
    guard fdatasync(descriptor) == 0 else { throw PlainFile.failure("sync", path) }
  }

  func shut() {
    guard isOpen else { return }
    isOpen = false
    close(descriptor)
  }
}
