import Logging
import Metadata
import Objects
import Ring
import Volumes

/// Opens the volumes of a server: the one of the data directory, and those that the configuration names
/// (docs/decisions/0073-volumes.md).
struct VolumesStart {
  let configuration: Configuration
  let directory: DataDirectory
  let rings: RingGroup
  let logger: Logger
  /// Whether a volume that is not configured is looked for where it was opened last: where no server starts.
  var trustsRecords = false

  /// Opens them all, those that are new made.
  ///
  /// - Throws: `ConfigurationError` where a volume is not the one that metadata knows by its name or number, or is not
  ///   there; nothing has been changed then.
  func open(_ metadata: any MetadataStore) async throws(ConfigurationError) -> VolumeSet {
    let records = try await Self.records(metadata)
    let plan = try plan(records)
    var identities: [String: VolumeIdentity] = [:]
    for entry in plan { identities[entry.name] = try await Self.inspect(entry.directory) }
    for entry in plan { try check(entry, identities[entry.name], records) }
    let numbers = try Self.numbers(plan, identities, records)
    var members: [VolumeMember] = []
    do throws(ConfigurationError) {
      let main = try await open(directory.volumes, number: VolumeSet.mainNumber)
      members.append(VolumeMember(name: VolumeSet.mainName, directory: "", store: main, state: .active))
      for (entry, number) in zip(plan, numbers) {
        let store = try await open(entry.directory, number: number)
        let state = records[number]?.state ?? .active
        members.append(
          VolumeMember(name: entry.name, directory: entry.directory, store: store, state: state))
      }
    } catch {
      for member in members { await member.store.close() }
      throw error
    }
    return VolumeSet(members)
  }

  /// The number of each volume: that which it has, or for a new one the next that no volume ever had, since numbers
  /// stand in locations.
  private static func numbers(
    _ plan: [VolumePlan.Entry], _ identities: [String: VolumeIdentity], _ records: [UInt16: VolumeRecord]
  ) throws(ConfigurationError) -> [UInt16] {
    let present = plan.compactMap { identities[$0.name]?.number }
    guard Set(present + [VolumeSet.mainNumber]).count == present.count + 1 else {
      throw ConfigurationError(
        "two of the volumes have the same number: one of the directories is a copy of another")
    }
    var last = max(records.keys.max() ?? 0, present.max() ?? 0)
    var numbers: [UInt16] = []
    for entry in plan {
      if let number = identities[entry.name]?.number {
        numbers.append(number)
        continue
      }
      guard last < .max else { throw ConfigurationError("there are no numbers left for volumes") }
      last += 1
      numbers.append(last)
    }
    return numbers
  }

  private static func records(
    _ metadata: any MetadataStore
  ) async throws(ConfigurationError) -> [UInt16: VolumeRecord] {
    do throws(ObjectError) { return try await ObjectStore.recordedVolumes(in: metadata) } catch {
      throw ConfigurationError("the metadata cannot be read: \(error)")
    }
  }

  /// The volumes to open beside that of the data directory, by number where they have one.
  private func plan(_ records: [UInt16: VolumeRecord]) throws(ConfigurationError) -> [VolumePlan.Entry] {
    var plan = try VolumePlan(configuration).entries
    for (number, record) in records.sorted(by: { $0.key < $1.key })
    where number != VolumeSet.mainNumber && record.state != .removed {
      if plan.contains(where: { $0.name == record.name }) { continue }
      guard trustsRecords else {
        throw ConfigurationError(
          "the metadata knows a volume \(record.name), last in \(record.directory), which volumes.directories does not"
            + " name: name it, or empty it first with weir volume drain")
      }
      plan.append(VolumePlan.Entry(name: record.name, directory: record.directory))
    }
    return plan
  }

  /// Refuses a volume that is not the one it should be.
  private func check(
    _ entry: VolumePlan.Entry, _ present: VolumeIdentity?, _ records: [UInt16: VolumeRecord]
  ) throws(ConfigurationError) {
    let known = records.first { $0.value.name == entry.name }
    if let known {
      guard known.value.state != .removed else {
        throw ConfigurationError(
          "the volume \(entry.name) was removed: give its directory a new name, and empty it")
      }
      guard let present else {
        throw ConfigurationError(
          "\(entry.directory) holds no volume, and metadata names data on \(entry.name): mount its disk")
      }
      guard present.id == known.value.id, present.number == known.key else {
        throw ConfigurationError(
          "\(entry.directory) holds the volume \(present.id), and \(entry.name) is \(known.value.id): its disk is"
            + " mounted in another's place, or was copied")
      }
      return
    }
    // One that was made and not noted any more, before a crash, is empty.
    guard let present else { return }
    guard records[present.number] == nil, !Self.hasSegments(entry.directory) else {
      throw ConfigurationError(
        "\(entry.directory) holds the volume \(present.id), which this server does not know: give an empty directory"
      )
    }
  }

  private static func hasSegments(_ directory: String) -> Bool {
    let names = (try? Directory.list(directory + "/segments")) ?? []
    return names.contains { $0.hasSuffix(".seg") }
  }

  /// The volume that is in a directory, if any.
  static func inspect(_ directory: String) async throws(ConfigurationError) -> VolumeIdentity? {
    do throws(VolumeError) { return try await VolumeStore.inspect(directory: directory) } catch {
      throw ConfigurationError("the volume in \(directory) cannot be opened: \(error)\(advice(error.code))")
    }
  }

  private func open(_ path: String, number: UInt16) async throws(ConfigurationError) -> VolumeStore {
    var options = VolumeOptions()
    options.volumeNumber = number
    options.segmentSize = UInt64(configuration.volumes.segmentSize)
    options.packThreshold = configuration.volumes.packThreshold
    options.directIO = VolumeOptions.DirectIO(rawValue: configuration.volumes.directIO) ?? .auto
    // A quarter more than what metadata may fill: a segment just made must not be refused its first commit.
    options.freeBytesReserve = UInt64(configuration.disk.reserve + configuration.disk.reserve / 4)
    options.freeBytesForMoves = UInt64(
      configuration.disk.deleteReserve + configuration.disk.deleteReserve / 4)
    options.onFailure = { [logger] error in Self.tell(error, logger) }
    do throws(VolumeError) {
      let volume = try await VolumeStore.open(directory: path, options: options, rings: rings)
      for notice in volume.notices { logger.notice("\(notice)") }
      return volume
    } catch {
      throw ConfigurationError("the volume in \(path) cannot be opened: \(error)\(Self.advice(error.code))")
    }
  }

  private static func advice(_ code: VolumeError.Code) -> String {
    switch code {
    case .format: ". Upgrade weir, or give a directory that this release has written"
    case .damaged: ". Restore the file from a copy of the directory"
    case .inUse: ". Stop that server, or give another directory"
    default: ""
    }
  }

  /// Logs a failure of a volume.
  private static func tell(_ error: VolumeError, _ logger: Logger) {
    var fields: Logger.Metadata = [:]
    if let volume = error.volume { fields["volume"] = "\(volume)" }
    if let segment = error.segment { fields["segment"] = "\(segment)" }
    if let offset = error.offset { fields["offset"] = "\(offset)" }
    if let errno = error.errno { fields["errno"] = "\(errno)" }
    logger.log(level: error.code == .readOnly ? .critical : .error, "\(error.message)", metadata: fields)
  }
}
