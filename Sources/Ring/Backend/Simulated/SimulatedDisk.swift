import Glibc

/// The files of a simulated run: real ones, in a directory that the test owns, with a record of what a power
/// cut would take back.
///
/// A write goes to its file at once and leaves the bytes that it replaced behind (`PendingWrite`). A sync drops
/// the records of the writes that had completed before it was submitted. A power cut puts replaced bytes back,
/// sector by sector, and takes away files whose directory was never synced: what is left is what a disk might
/// hold. The disk outlives the rings of one run, so that the next run starts from its image.
// SAFETY: a simulation runs on one thread; the disk is touched by its rings and by the test between runs.
package final class SimulatedDisk: @unchecked Sendable {
  /// What goes wrong; may be changed between runs.
  package var faults = SimulatedFaults()
  /// I/O carried out since the last image.
  package internal(set) var operations = 0
  /// True from the power cut to the image.
  package internal(set) var isOff = false
  /// Bits turned so far.
  package internal(set) var bitFlips = 0

  var random: SplitMix64
  var sequence: UInt64 = 0
  /// Writes that no sync has made durable, by file, in order.
  var pending: [FileIdentity: PendingFile] = [:]
  /// Files made in directories that were not synced since, by the directory.
  var names: [FileIdentity: [String]] = [:]
  /// Bytes written or reserved so far, against `faults.capacity`.
  var used: UInt64 = 0

  /// The unit that a disk writes whole.
  static let sectorSize = 512

  package init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// A file, whatever it is called.
  struct FileIdentity: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  /// What is not durable of a file, with a descriptor of our own to put it back through.
  struct PendingFile {
    let descriptor: Int32
    var writes: [PendingWrite] = []
  }

  /// One write that no sync has made durable.
  struct PendingWrite {
    let sequence: UInt64
    let offset: UInt64
    /// What the range held before; shorter than the write where the file ended.
    let before: [UInt8]
    let length: Int
    /// A sync of it has failed: no later sync makes it durable.
    var isLost = false
  }

  /// What a sync submitted now covers: the writes that have completed.
  var mark: UInt64 { sequence }

  /// Carries an operation out: its result or negative errno. `mark` is the sequence at its submission.
  func perform(_ operation: Operation, mark: UInt64) -> Int32 {
    if isOff { return afterCut(operation) }
    operations += 1
    if let cut = faults.powerCutAfter, operations > cut {
      isOff = true
      return afterCut(operation)
    }
    switch operation.kind {
    case .open: return open(operation)
    case .read: return read(operation)
    case .write: return write(operation)
    case .synchronize: return synchronize(operation, mark: mark)
    case .allocate: return allocate(operation)
    case .receive, .receiveProvided, .send, .sendMessage, .poll:
      preconditionFailure("a simulation has no network")
    }
  }

  /// What was on its way at the cut may have reached the disk or not; nobody hears of it.
  private func afterCut(_ operation: Operation) -> Int32 {
    if operation.kind == .write, random.once(in: 2) { _ = record(operation, length: Int(operation.length)) }
    return -EIO
  }

  private func open(_ operation: Operation) -> Int32 {
    // SAFETY: the operation's path is NUL-terminated and lives until it completes.
    let path = unsafe UnsafePointer<CChar>(bitPattern: UInt(operation.address)).map {
      unsafe String(cString: $0)
    }
    guard let path else { return -EFAULT }
    let existed = Directory.exists(path)
    let result = operation.perform()
    // Pages that the kernel reads ahead look like data to whoever asks the file system where data ends, and when it
    // reads ahead is up to what else the machine does: runs would not be equal.
    if result >= 0 { posix_fadvise(result, 0, 0, POSIX_FADV_RANDOM) }
    if result >= 0, !existed, let parent = Self.identity(ofDirectory: path) {
      names[parent, default: []].append(path)
    }
    return result
  }

  private func read(_ operation: Operation) -> Int32 {
    if faults.readErrorsOneIn > 0, random.once(in: faults.readErrorsOneIn) { return -EIO }
    if faults.bitFlipsOneIn > 0, random.once(in: faults.bitFlipsOneIn) { flipBit(of: operation) }
    return operation.perform()
  }

  private func write(_ operation: Operation) -> Int32 {
    var length = Int(operation.length)
    if let full = take(operation, UInt64(length)) { return full }
    if faults.writeErrorsOneIn > 0, random.once(in: faults.writeErrorsOneIn) {
      _ = record(operation, length: length / 2 / 4096 * 4096)
      return -EIO
    }
    if faults.shortWritesOneIn > 0, length > 8192, random.once(in: faults.shortWritesOneIn) {
      length = Int.random(in: 1..<length / 4096, using: &random) * 4096
    }
    return record(operation, length: length)
  }

  private func allocate(_ operation: Operation) -> Int32 {
    if let full = take(operation, operation.address) { return full }
    return operation.perform()
  }

  /// Counts bytes against the capacity; the error when they do not fit. Only what is reserved counts: segments are
  /// before anything is written to them.
  private func take(_ operation: Operation, _ bytes: UInt64) -> Int32? {
    guard let capacity = faults.capacity else { return nil }
    let needed = operation.kind == .allocate ? bytes : 0
    if used + needed > capacity { return -ENOSPC }
    used += needed
    return nil
  }

  private func synchronize(_ operation: Operation, mark: UInt64) -> Int32 {
    guard let file = Self.identity(of: operation.descriptor) else { return -errno }
    if faults.syncErrorsOneIn > 0, random.once(in: faults.syncErrorsOneIn) {
      for index in (pending[file]?.writes ?? []).indices { pending[file]?.writes[index].isLost = true }
      return -EIO
    }
    pending[file]?.writes.removeAll { $0.sequence <= mark && !$0.isLost }
    names[file] = nil
    return 0
  }
}
