import Glibc

extension SimulatedDisk {
  /// Makes the files what a disk might hold after the power was cut now, and switches the power on again.
  ///
  /// How much of what was not synced survives is drawn anew for every image: nothing, everything, whole writes,
  /// or single sectors of them.
  package func cutPower() {
    isOff = true
    let manner = Manner.allCases.randomElement(using: &random) ?? .nothing
    for (_, file) in pending.sorted(by: { ($0.key.device, $0.key.inode) < ($1.key.device, $1.key.inode) }) {
      for write in file.writes.reversed() { takeBack(write, of: file.descriptor, manner) }
      close(file.descriptor)
    }
    pending = [:]
    for path in names.values.flatMap({ $0 }).sorted() where manner == .nothing || random.once(in: 2) {
      try? Directory.remove(file: path)
    }
    names = [:]
    powerOn()
  }

  /// Forgets what a power cut would take back: as after a shutdown in good order.
  package func settle() {
    for file in pending.values { close(file.descriptor) }
    pending = [:]
    names = [:]
    powerOn()
  }

  private func powerOn() {
    isOff = false
    operations = 0
  }

  /// How much survives.
  private enum Manner: CaseIterable {
    case nothing, everything, writes, sectors
  }

  private func takeBack(_ write: PendingWrite, of descriptor: Int32, _ manner: Manner) {
    switch write.isLost ? .nothing : manner {
    case .everything: return
    case .nothing: restore(write, 0..<write.length, descriptor)
    case .writes: if random.once(in: 2) { restore(write, 0..<write.length, descriptor) }
    case .sectors:
      var start = 0
      while start < write.length {
        let position = write.offset + UInt64(start)
        let rest = Self.sectorSize - Int(position % UInt64(Self.sectorSize))
        let end = min(write.length, start + rest)
        if random.once(in: 2) { restore(write, start..<end, descriptor) }
        start = end
      }
    }
  }

  /// Puts back what a part of a write replaced. Pages that were never written become so again: recovery tells
  /// the two apart.
  private func restore(_ write: PendingWrite, _ part: Range<Int>, _ descriptor: Int32) {
    let size = Self.size(of: descriptor)
    let start = write.offset + UInt64(part.lowerBound)
    let end = min(write.offset + UInt64(part.upperBound), size)
    guard start < end else { return }
    var bytes = [UInt8](repeating: 0, count: Int(end - start))
    for index in bytes.indices where part.lowerBound + index < write.before.count {
      bytes[index] = write.before[part.lowerBound + index]
    }
    put(bytes, at: start, descriptor)
    let page: UInt64 = 4096
    if bytes.allSatisfy({ $0 == 0 }), start % page == 0 {
      let whole = (end - start) / page * page
      // FALLOC_FL_KEEP_SIZE and FALLOC_FL_PUNCH_HOLE (fallocate(2)).
      var hole = Operation(kind: .allocate, descriptor: descriptor, offset: start)
      (hole.address, hole.length) = (whole, 3)
      if whole > 0 { _ = hole.perform() }
    }
  }

  /// Writes what an operation asks, up to `length` bytes, and keeps what it replaced.
  func record(_ operation: Operation, length: Int) -> Int32 {
    guard length > 0 else { return 0 }
    guard let file = Self.identity(of: operation.descriptor) else { return -errno }
    if pending[file] == nil {
      let own = Self.reopened(operation.descriptor)
      if own < 0 { return own }
      pending[file] = PendingFile(descriptor: own)
    }
    guard let own = pending[file]?.descriptor else { return -EBADF }
    let before = Self.bytes(of: own, at: operation.offset, count: length)
    var some = operation
    some.length = UInt32(length)
    let result = some.perform()
    guard result > 0 else { return result }
    sequence += 1
    pending[file]?.writes.append(
      PendingWrite(
        sequence: sequence, offset: operation.offset, before: before, length: Int(result)))
    return result
  }

  /// Turns a bit of what a read is about to see, in the file itself.
  func flipBit(of operation: Operation) {
    guard operation.length > 0 else { return }
    let offset = operation.offset + UInt64.random(in: 0..<UInt64(operation.length), using: &random)
    let own = Self.reopened(operation.descriptor)
    guard own >= 0 else { return }
    defer { close(own) }
    let byte = Self.bytes(of: own, at: offset, count: 1)
    guard let byte = byte.first else { return }
    put([byte ^ 1 << UInt8.random(in: 0..<8, using: &random)], at: offset, own)
    bitFlips += 1
  }

  private func put(_ bytes: [UInt8], at offset: UInt64, _ descriptor: Int32) {
    // SAFETY: the bytes outlive the call.
    let count = unsafe bytes.withUnsafeBytes {
      unsafe pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset))
    }
    precondition(count == bytes.count, "a simulated disk could not be written: errno \(errno)")
  }
}

// What a simulated disk asks of the real one.
extension SimulatedDisk {
  static func identity(of descriptor: Int32) -> FileIdentity? {
    var status = stat()
    // SAFETY: the call fills a local.
    guard unsafe fstat(descriptor, &status) == 0 else { return nil }
    return FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  /// The directory that holds `path`.
  static func identity(ofDirectory path: String) -> FileIdentity? {
    guard let slash = path.lastIndex(of: "/") else { return nil }
    var status = stat()
    // SAFETY: the call fills a local.
    guard unsafe stat(String(path[..<slash]), &status) == 0 else { return nil }
    return FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  static func size(of descriptor: Int32) -> UInt64 {
    var status = stat()
    // SAFETY: the call fills a local.
    return unsafe fstat(descriptor, &status) == 0 ? UInt64(status.st_size) : 0
  }

  /// A descriptor of the same file that reads and writes any byte, whatever the first was opened for.
  static func reopened(_ descriptor: Int32) -> Int32 {
    let path = Array("/proc/self/fd/\(descriptor)\0".utf8)
    var opening = Operation(
      kind: .open, descriptor: AT_FDCWD, flags: UInt32(bitPattern: O_RDWR | O_CLOEXEC))
    // SAFETY: the path is NUL-terminated and outlives the call.
    return unsafe path.withUnsafeBytes { bytes in
      opening.address = UInt64(UInt(bitPattern: bytes.baseAddress))
      return opening.perform()
    }
  }

  /// What a file holds; short at its end.
  static func bytes(of descriptor: Int32, at offset: UInt64, count: Int) -> [UInt8] {
    // SAFETY: the call writes at most `count` bytes and says how many.
    unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
      length = max(0, unsafe pread(descriptor, buffer.baseAddress, count, off_t(offset)))
    }
  }
}
