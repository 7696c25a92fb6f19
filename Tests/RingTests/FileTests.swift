import Glibc
import Testing

@testable import Ring

/// Where the file operations run; `nil` is off the rings.
private let places: [IOBackend?] = [.uring, .poll, nil]

private func at(_ place: IOBackend?, _ body: @Sendable @escaping () async throws -> Void) async throws {
  guard let place else { return try await body() }
  try await withRings(place) { _ in try await body() }
}

@Suite struct FileTests {
  @Test(arguments: places) func writeReadAndSize(_ place: IOBackend?) async throws {
    try await at(place) {
      let path = temporaryPath()
      defer { try? Directory.remove(file: path) }
      let file = try await File.open(path, flags: O_RDWR | O_CREAT | O_EXCL)
      let source = Memory(1_000_003, seed: 9)
      unsafe try await file.write(source.readOnly, at: 10)
      try await file.synchronize(dataOnly: true)
      try await file.synchronize(dataOnly: false)
      #expect(try file.size() == 1_000_013)
      let target = Memory(1_000_003)
      unsafe try await file.readAll(into: target.bytes, at: 10)
      #expect(target.holdsSame(as: source))
      unsafe #expect(try await file.read(into: target.bytes, at: 1_000_013) == 0)
      unsafe #expect(try await file.read(into: target.bytes, at: 1_000_003) == 10)
      let short = await failure { () throws(IOError) in
        unsafe try await file.readAll(into: target.bytes, at: 11)
      }
      #expect(short?.errno == EIO)
      try file.truncate(to: 5)
      #expect(try file.size() == 5)
      try await file.allocate(offset: 0, length: 1 << 20, keepSize: true)
      #expect(try file.size() == 5)
      try await file.allocate(offset: 0, length: 1 << 20, keepSize: false)
      #expect(try file.size() == 1 << 20)
      file.close()
      file.close()
    }
  }

  @Test(arguments: places) func errors(_ place: IOBackend?) async throws {
    try await at(place) {
      let missing = await failure { () throws(IOError) in
        _ = try await File.open("/nowhere/at/all", flags: O_RDONLY)
      }
      #expect(missing?.errno == ENOENT)
      let path = temporaryPath()
      defer { try? Directory.remove(file: path) }
      let file = try await File.open(path, flags: O_WRONLY | O_CREAT)
      let memory = Memory(16)
      let unreadable = await failure { () throws(IOError) in
        _ = unsafe try await file.read(into: memory.bytes, at: 0)
      }
      #expect(unreadable?.errno == EBADF)
      let reading = unsafe file.startRead(into: memory.bytes, at: 0)
      let pending = await failure { () throws(IOError) in _ = try await reading.result() }
      #expect(pending?.errno == EBADF)
      file.close()
    }
  }

  @Test(arguments: places) func directIO(_ place: IOBackend?) async throws {
    try await at(place) {
      let path = "/var" + temporaryPath()
      defer { try? Directory.remove(file: path) }
      let file: File
      do throws(IOError) {
        file = try await File.open(path, flags: O_RDWR | O_CREAT | File.direct)
      } catch {
        #expect(error.errno == EINVAL, "a file system without O_DIRECT says so")
        return
      }
      let source = Memory(256 << 10, seed: 4)
      try await file.allocate(offset: 0, length: 1 << 20, keepSize: false)
      unsafe try await file.write(source.readOnly, at: 4096)
      let target = Memory(256 << 10)
      unsafe #expect(try await file.read(into: target.bytes, at: 4096) == 256 << 10)
      #expect(target.holdsSame(as: source))
      file.close()
    }
  }

  @Test(arguments: places) func overlappingOperations(_ place: IOBackend?) async throws {
    try await at(place) {
      let path = temporaryPath()
      defer { try? Directory.remove(file: path) }
      let file = try await File.open(path, flags: O_RDWR | O_CREAT)
      let chunks = (0..<64).map { Memory(70_000, seed: UInt8($0)) }
      let writes = chunks.enumerated().map { index, chunk in
        unsafe file.startWrite(chunk.readOnly, at: UInt64(index * 70_000))
      }
      for write in writes.reversed() { #expect(try await write.result() == 70_000) }
      let targets = chunks.map { _ in Memory(70_000) }
      let reads = targets.enumerated().map { index, target in
        unsafe file.startRead(into: target.bytes, at: UInt64(index * 70_000))
      }
      // Awaited out of order, and some long after they are done.
      for read in reads.reversed() { #expect(try await read.result() == 70_000) }
      for (chunk, target) in zip(chunks, targets) { #expect(target.holdsSame(as: chunk)) }
      #expect(reads.allSatisfy { $0.isReady })
      file.close()
    }
  }

  /// Reads that the page cache answers complete while they are submitted: far more than the queue holds.
  @Test func theCompletionQueueMayRunOver() async throws {
    try await withRings(.uring, queueEntries: 2) { _ in
      let path = temporaryPath()
      defer { try? Directory.remove(file: path) }
      let file = try await File.open(path, flags: O_RDWR | O_CREAT)
      let source = Memory(4096, seed: 1)
      unsafe try await file.write(source.readOnly, at: 0)
      let targets = (0..<500).map { _ in Memory(4096) }
      let reads = targets.map { unsafe file.startRead(into: $0.bytes, at: 0) }
      for read in reads { #expect(try await read.result() == 4096) }
      #expect(targets.allSatisfy { $0.holdsSame(as: source) })
      file.close()
    }
  }

  @Test func directories() throws {
    let root = temporaryPath()
    try Directory.create(root + "/a/b")
    try Directory.create(root + "/a/b")
    #expect(try Directory.list(root + "/a") == ["b"])
    try Directory.synchronize(root + "/a")
    try Directory.rename(root + "/a/b", to: root + "/a/c")
    #expect(Directory.exists(root + "/a/c"))
    #expect(!Directory.exists(root + "/a/b"))
    #expect(throws: IOError.self) { try Directory.list(root + "/a/b") }
    #expect(throws: IOError.self) { try Directory.synchronize(root + "/nothing") }
    unsafe rmdir(root + "/a/c")
    unsafe rmdir(root + "/a")
    unsafe rmdir(root)
  }
}
