import Glibc
package import Ring

/// Opening a volume. All of it may block: it happens once, before anything is served.
extension VolumeStore {
  /// Opens the volume in `directory`, or creates it. Takes the volume's lock, seals what an earlier run left
  /// open and scans no data. Throws `.inUse`, `.io`, and what `inspect` throws, before anything is changed.
  package static func open(
    directory: String, options: VolumeOptions, rings: RingGroup
  ) async throws(VolumeError) -> VolumeStore {
    let options = VolumeLimits.clamped(options)
    let segmentsPath = directory + "/segments"
    let lock = try await lockedDirectory(directory)
    let present = try await inspect(directory: directory)
    try perform("creating \(segmentsPath)") { () throws(IOError) in try Directory.create(segmentsPath) }
    let identity: VolumeIdentity
    if let present {
      identity = present
    } else {
      identity = try await VolumeIdentity.create(in: directory, options.volumeNumber)
    }
    try perform("syncing \(directory)") { () throws(IOError) in
      try Directory.synchronize(directory)
      try Directory.synchronize(parent(of: directory))
    }
    let found = try await SegmentRecovery.run(segmentsPath)
    let probe = try await DirectProbe.run(in: directory, options)
    let segmentsDirectory = try await perform("opening \(segmentsPath)") { () async throws(IOError) in
      try await File.open(segmentsPath, flags: O_RDONLY | O_DIRECTORY)
    }
    let volume = Volume(
      identity: identity, segmentsPath: segmentsPath, options: options, isDirect: probe.isDirect, lock: lock,
      segmentsDirectory: segmentsDirectory, lastSegment: found.lastNumber)
    for segment in found.segments { volume.ledger.addSealed(segment.number, size: segment.size) }
    return VolumeStore(volume: volume, rings: rings.rings, notices: probe.notices)
  }

  private static func parent(of directory: String) -> String {
    let path = directory.hasSuffix("/") ? directory.dropLast() : Substring(directory)
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Creates the directory if need be and takes its lock, which ends with the process.
  private static func lockedDirectory(_ directory: String) async throws(VolumeError) -> File {
    try perform("creating \(directory)") { () throws(IOError) in try Directory.create(directory) }
    let file = try await perform("opening \(directory)") { () async throws(IOError) in
      try await File.open(directory, flags: O_RDONLY | O_DIRECTORY)
    }
    let isLocked = try perform("locking \(directory)") { () throws(IOError) in try FileSystem.lock(file) }
    guard isLocked else { throw VolumeError(.inUse, "another process uses the volume \(directory)") }
    return file
  }
}

/// Runs `body` and says what it was doing when it fails.
func perform<R>(_ doing: String, _ body: () throws(IOError) -> R) throws(VolumeError) -> R {
  do throws(IOError) { return try body() } catch { throw VolumeError(error, doing) }
}

/// Runs `body` and says what it was doing when it fails.
func perform<R>(_ doing: String, _ body: () async throws(IOError) -> R) async throws(VolumeError) -> R {
  do throws(IOError) { return try await body() } catch { throw VolumeError(error, doing) }
}
