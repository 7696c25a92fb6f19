import Glibc
import Metadata
import Primitives

/// What `weir metadata` does to a data directory that no server uses.
package struct MetadataTools {
  /// What came of it: for programs and for people.
  package struct Outcome {
    package let json: String
    package let text: String
  }

  private let directory: DataDirectory

  /// Takes the directory's lock. With `adopts` true, a directory that has nothing but volumes is made whole.
  ///
  /// - Throws: `ConfigurationError` when there is no such directory, or a server uses it.
  package init(data path: String, adopts: Bool = false) throws(ConfigurationError) {
    guard SmallFile.exists(path) else { throw ConfigurationError("there is no data directory at \(path)") }
    try DataDirectory.checkUser(path, command: "weir metadata")
    if !SmallFile.exists(path + "/FORMAT") {
      guard SmallFile.exists(path + "/volumes/volume") else {
        throw ConfigurationError("\(path) is not a data directory of weir")
      }
      guard adopts else {
        throw ConfigurationError(
          "\(path) has volumes but no FORMAT: weir metadata rebuild makes it whole again")
      }
      try DataDirectory.adopt(path)
    }
    directory = try DataDirectory(path: path)
  }

  /// Whether a server has the directory at `path` open.
  package static func isServed(_ path: String) -> Bool {
    // SAFETY: plain system calls; the descriptor is closed at once.
    let descriptor = unsafe open(path + "/lock", O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) != 0
  }

  // MARK: - Rebuild

  /// Makes the metadata again from the volumes. Metadata that opens is refused, or moved aside with `force`.
  ///
  /// - Parameters:
  ///   - isDryRun: whether only to say what would be done.
  ///   - force: whether to move metadata that opens aside.
  ///   - progress: called with a line that replaces the one before.
  /// - Returns: what was found and done.
  /// - Throws: `ConfigurationError` that says what to do instead.
  package func rebuild(
    isDryRun: Bool, force: Bool, progress: @escaping (String) -> Void
  ) throws(ConfigurationError) -> Outcome {
    let rebuild = MetadataRebuild(source: directory.care, target: directory.metadata) { step in
      switch step {
      case .restoring(let backup):
        progress("restoring base \(backup.id), \(ByteCount(backup.bytes).formatted)")
      case .replaying(let file, let count): progress("replaying journal file \(file) of \(count)")
      }
    }
    if isDryRun {
      let report = try orProblem { () throws(MetadataError) in try rebuild.examine() }
      return Self.describe(report, isDryRun: true, moved: nil, key: nil)
    }
    guard MetadataRebuild.isPossible(from: directory.care) else {
      throw ConfigurationError(
        "\(directory.care) holds neither a base nor a journal: the server ran with metadata.journal=false, or the"
          + " volume is not mounted. Restore a backup: weir metadata restore --from BACKUPS --data \(directory.path)"
      )
    }
    let moved = try clearTarget(force: force)
    let report = try marked { () throws(MetadataError) in try rebuild.run() }
    if !report.isComplete { try holdReclaim() }
    let key = try restoreKey(from: directory.care)
    try unmark()
    return Self.describe(report, isDryRun: false, moved: moved, key: key)
  }

  // MARK: - Backup and restore

  /// Takes a backup of the metadata.
  package func backUp(to path: String, keep: Int) throws(ConfigurationError) -> Outcome {
    try StoredData.check(directory)
    guard MetadataRestore.exists(directory.metadata) else {
      throw ConfigurationError("\(directory.path) has no metadata yet: there is nothing to back up")
    }
    let companion = SmallFile.exists(directory.keyFile) ? directory.keyFile : nil
    let backup = try orProblem { () throws(MetadataError) in
      try MetadataRestore.takeBackup(
        of: directory.metadata, to: BackupDirectory(path), keep: keep, companion: companion)
    }
    return Self.describe(backup, in: path)
  }

  /// Puts a backup in the place of the metadata. Metadata that is there is refused, or moved aside with `force`.
  package func restore(from path: String, id: UInt32?, force: Bool) throws(ConfigurationError) -> Outcome {
    let source = BackupDirectory(path)
    let backups = try orProblem { () throws(MetadataError) in try source.list() }
    guard !backups.isEmpty, id == nil || backups.contains(where: { $0.id == id }) else {
      throw ConfigurationError("\(path) holds no \(id.map { "backup \($0)" } ?? "backup that is whole")")
    }
    if !force, MetadataRestore.exists(directory.metadata), !SmallFile.exists(directory.incompleteMark) {
      throw ConfigurationError(
        "\(directory.metadata) holds metadata already: --force moves it aside (its name gets .replaced-TIME)")
    }
    let moved = try clearTarget(force: true)
    let (backup, keys) = try marked { () throws(MetadataError) in
      try MetadataRestore.run(from: source, id: id, to: directory.metadata)
    }
    try holdReclaim()
    let key = try restoreKey(from: path)
    try unmark()
    var problems: [String] = []
    if let key { problems.append(key) }
    let time = Timestamp(milliseconds: backup.milliseconds).iso8601
    var text = "restored backup \(backup.id) of \(time): about \(keys) records\n"
    if let moved { text += "what was there is now \(moved)\n" }
    for problem in problems { text += "note: \(problem)\n" }
    let json =
      "{\"backup\":\(backup.id),\"time\":\"\(time)\",\"bytes\":\(backup.bytes),\"records\":\(keys)"
      + ",\"moved_aside\":\(moved.map(JSONText.quoted) ?? "null")"
      + ",\"notes\":[\(problems.map(JSONText.quoted).joined(separator: ","))]}"
    return Outcome(json: json, text: text)
  }

  /// The backups in a directory.
  package static func backups(in path: String) throws(ConfigurationError) -> [BackupEntry] {
    do throws(MetadataError) {
      return try BackupDirectory(path).list().map { backup in
        BackupEntry(
          id: backup.id, time: Timestamp(milliseconds: backup.milliseconds).iso8601, bytes: backup.bytes,
          files: backup.files)
      }
    } catch { throw ConfigurationError(error.message) }
  }

  /// A backup in a list.
  package struct BackupEntry {
    package let id: UInt32
    package let time: String
    package let bytes: UInt64
    package let files: Int
    package var json: String {
      "{\"backup\":\(id),\"time\":\"\(time)\",\"bytes\":\(bytes),\"files\":\(files)}"
    }
  }
}

// MARK: - Steps

extension MetadataTools {
  /// Makes room for new metadata: what is there is moved aside, never deleted, but for what an interrupted run left.
  /// - Returns: the new name of what was there.
  private func clearTarget(force: Bool) throws(ConfigurationError) -> String? {
    let path = directory.metadata
    if SmallFile.exists(directory.incompleteMark) || !MetadataRestore.hasFiles(path) { return nil }
    if !force, MetadataRestore.opens(path) {
      throw ConfigurationError(
        "\(path) holds metadata that opens: start the server on it, or give --force to move it aside and rebuild"
      )
    }
    let aside = "\(path).replaced-\(Timestamp.now().milliseconds)"
    // SAFETY: a system call on NUL-terminated strings.
    guard unsafe rename(path, aside) == 0 else {
      throw ConfigurationError(
        "\(path) cannot be moved aside (\(SmallFile.reason())): if it is a mount point, move what is in it elsewhere"
      )
    }
    return aside
  }

  /// Runs `body` under the mark that keeps a server from starting on half of it.
  private func marked<R>(_ body: () throws(MetadataError) -> R) throws(ConfigurationError) -> R {
    let text = "the metadata is being made again; run weir metadata rebuild or restore to the end\n"
    try SmallFile.write(Array(text.utf8), to: directory.incompleteMark, mode: 0o600)
    return try orProblem(body)
  }

  /// Keeps servers from giving space back that only newer metadata knows to be in use.
  private func holdReclaim() throws(ConfigurationError) {
    let text =
      "the metadata was restored, and may not know what was written since: no space is given back. Delete this file\n"
      + "once you are sure that you will not go back to newer metadata.\n"
    try SmallFile.write(Array(text.utf8), to: directory.reclaimHold, mode: 0o600)
  }

  private func unmark() throws(ConfigurationError) {
    try SmallFile.remove(directory.incompleteMark)
  }

  /// Puts the key beside the metadata back where it is missing. - Returns: what a person should know.
  private func restoreKey(from source: String) throws(ConfigurationError) -> String? {
    let copy = source + "/" + Companion.name
    guard let bytes = try SmallFile.read(copy) else {
      return SmallFile.exists(directory.keyFile)
        ? nil : "\(directory.keyFile) is gone, and so are the users' secrets: give the users new access keys"
    }
    guard let own = try SmallFile.read(directory.keyFile) else {
      try SmallFile.write(bytes, to: directory.keyFile, mode: 0o600)
      return nil
    }
    return own == bytes
      ? nil
      : "\(directory.keyFile) is not the one of the backup (\(copy)): the users' secrets were sealed under that"
  }

  private func orProblem<R>(_ body: () throws(MetadataError) -> R) throws(ConfigurationError) -> R {
    do throws(MetadataError) { return try body() } catch { throw ConfigurationError(error.message) }
  }

  private static func describe(_ backup: MetadataBackup, in path: String) -> Outcome {
    let time = Timestamp(milliseconds: backup.milliseconds).iso8601
    return Outcome(
      json:
        "{\"backup\":\(backup.id),\"time\":\"\(time)\",\"bytes\":\(backup.bytes),\"files\":\(backup.files)}",
      text: "backup \(backup.id) of \(time) in \(path): \(ByteCount(backup.bytes).formatted)\n")
  }

  private static func describe(
    _ report: RebuildReport, isDryRun: Bool, moved: String?, key: String?
  ) -> Outcome {
    let problems = report.problems + (key.map { [$0] } ?? [])
    var text = RebuildText.base(report) + "\n"
    text += "\(isDryRun ? "would replay" : "replayed") \(report.groups) groups, \(report.writes) writes\n"
    if !isDryRun { text += "about \(report.keys) records\n" }
    if let moved { text += "what was there is now \(moved)\n" }
    for problem in problems { text += "note: \(problem)\n" }
    text +=
      report.isComplete ? "nothing that the journal has is missing\n" : "MISSING: \(report.missing) writes\n"
    let json =
      "{\"dry_run\":\(isDryRun),\(RebuildText.members(report)),\"records\":\(report.keys)"
      + ",\"moved_aside\":\(moved.map(JSONText.quoted) ?? "null")"
      + ",\"notes\":[\(problems.map(JSONText.quoted).joined(separator: ","))]}"
    return Outcome(json: json, text: text)
  }
}
