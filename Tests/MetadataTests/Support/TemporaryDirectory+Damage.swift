import Glibc
import Ring

extension TemporaryDirectory {
  /// Copies the store's files as they are, open or not.
  func copyStore(to other: TemporaryDirectory) throws {
    try Directory.create(other.store)
    for name in files() where name != "LOCK" {
      try other.write(name, read(name))
    }
  }

  func read(_ name: String) throws -> [UInt8] {
    let descriptor = unsafe open("\(store)/\(name)", O_RDONLY)
    guard descriptor >= 0 else { throw IOError(errno: errno, operation: "open") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      // SAFETY: the buffer has the size given.
      let count = unsafe Glibc.read(descriptor, &part, part.count)
      guard count > 0 else { return bytes }
      bytes += part[..<count]
    }
  }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    let descriptor = unsafe open("\(store)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { throw IOError(errno: errno, operation: "open") }
    defer { close(descriptor) }
    // SAFETY: the buffer has the size given.
    guard unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
      throw IOError(errno: errno, operation: "write")
    }
  }

  func truncate(_ name: String, by count: Int) throws {
    let bytes = try read(name)
    try write(name, Array(bytes.dropLast(count)))
  }

  func flipBits(_ name: String, at offset: Int) throws {
    var bytes = try read(name)
    guard !bytes.isEmpty else { return }
    bytes[offset % bytes.count] ^= 0xA5
    try write(name, bytes)
  }
}
