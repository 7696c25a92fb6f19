import CURing
import Glibc

/// An open file. Operations are issued on the current ring; off the rings (tests, tools) they block.
///
/// With O_DIRECT the caller aligns memory, offset and length to the device's block (4096 always fits; pool
/// buffers are page-aligned).
package final class File: Sendable {
  /// The open descriptor.
  package let descriptor: Int32
  /// As given to `open`.
  package let path: String
  let isClosed = OnceFlag()

  /// Whether reads may be answered by the page cache.
  private let isCached: Bool

  init(descriptor: Int32, path: String, isCached: Bool) {
    self.descriptor = descriptor
    self.path = path
    self.isCached = isCached
  }

  deinit { close() }

  /// The flag for unbuffered I/O, which Swift does not import.
  package static let direct = Int32(weir_o_direct)

  /// Opens or creates a file with flags of open(2); O_CLOEXEC is added.
  package static func open(_ path: String, flags: Int32, mode: UInt32 = 0o600) async throws(IOError) -> File {
    // SAFETY: the copy of the path lives until the operation has completed.
    let text = unsafe strdup(path)
    defer { unsafe free(text) }
    var operation = Operation(
      kind: .open, descriptor: AT_FDCWD, flags: UInt32(bitPattern: flags | O_CLOEXEC))
    operation.address = UInt64(UInt(bitPattern: text))
    operation.length = mode
    let descriptor = try await perform(operation, "open")
    return File(descriptor: descriptor, path: path, isCached: flags & direct == 0)
  }

  /// Reads at a byte offset: how many bytes, fewer than asked for near the end, 0 past it.
  package func read(into target: UnsafeMutableRawBufferPointer, at offset: UInt64) async throws(IOError)
    -> Int
  {
    var operation = Operation(kind: .read, descriptor: descriptor, offset: offset)
    operation.address = UInt64(UInt(bitPattern: target.baseAddress))
    operation.mayComplete = isCached
    operation.length = UInt32(min(target.count, Operation.maximumLength))
    return Int(try await Self.perform(operation, "read"))
  }

  /// Fills `target` from a byte offset. A file that ends before is an EIO.
  package func readAll(into target: UnsafeMutableRawBufferPointer, at offset: UInt64) async throws(IOError) {
    var done = 0
    while done < target.count {
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: target[done...])
      let count = try await unsafe read(into: rest, at: offset + UInt64(done))
      if count == 0 { throw IOError(errno: EIO, operation: "read past the end") }
      done += count
    }
  }

  /// Writes all the bytes at a byte offset.
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) async throws(IOError) {
    var done = 0
    while done < bytes.count {
      var operation = Operation(kind: .write, descriptor: descriptor, offset: offset + UInt64(done))
      operation.address = UInt64(UInt(bitPattern: bytes.baseAddress)) + UInt64(done)
      operation.length = UInt32(min(bytes.count - done, Operation.maximumLength))
      let count = try await Self.perform(operation, "write")
      if count == 0 { throw IOError(errno: EIO, operation: "write") }
      done += Int(count)
    }
  }

  /// Starts a read and returns at once; the memory belongs to the operation until its `result()`.
  package func startRead(into target: UnsafeMutableRawBufferPointer, at offset: UInt64) -> PendingOperation {
    var operation = Operation(kind: .read, descriptor: descriptor, offset: offset)
    operation.address = UInt64(UInt(bitPattern: target.baseAddress))
    operation.mayComplete = isCached
    let pending = PendingOperation(operation, length: target.count, name: "read")
    pending.start()
    return pending
  }

  /// Starts a write and returns at once; the memory belongs to the operation until its `result()`.
  package func startWrite(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) -> PendingOperation {
    var operation = Operation(kind: .write, descriptor: descriptor, offset: offset)
    operation.address = UInt64(UInt(bitPattern: bytes.baseAddress))
    let pending = PendingOperation(operation, length: bytes.count, name: "write")
    pending.start()
    return pending
  }

  /// Makes what has been written durable: with `dataOnly` fdatasync (contents and size), else fsync.
  package func synchronize(dataOnly: Bool) async throws(IOError) {
    _ = try await Self.perform(
      Operation(kind: .synchronize, descriptor: descriptor, flags: dataOnly ? 1 : 0), "fsync")
  }

  /// Reserves disk space for a range in bytes; `keepSize` leaves the file's size alone.
  package func allocate(offset: UInt64, length: UInt64, keepSize: Bool) async throws(IOError) {
    var operation = Operation(kind: .allocate, descriptor: descriptor, offset: offset)
    operation.address = length
    operation.length = keepSize ? 1 : 0
    _ = try await Self.perform(operation, "fallocate")
  }

  /// Runs an operation on the current ring, or blocking off the rings.
  private static func perform(_ operation: Operation, _ name: StaticString) async throws(IOError) -> Int32 {
    while true {
      let result: Int32
      if let ring = Ring.currentIfAny {
        // SAFETY: the ring resumes the continuation exactly once, with the completion.
        let packed = await unsafe suspend { continuation in
          unsafe ring.submit(operation, token: Token(continuation))
        }
        result = Outcome(packed: packed).result
      } else {
        result = operation.perform()
      }
      if result >= 0 { return result }
      if result != -EINTR, result != -EAGAIN { throw IOError(errno: -result, operation: name) }
    }
  }
}
