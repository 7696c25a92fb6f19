import Objects
import Volumes

/// What a configuration says of volumes and of what lies on which.
struct VolumePlan: Sendable {
  /// A volume beside the one of the data directory.
  struct Entry: Hashable, Sendable {
    let name: String
    let directory: String
  }

  let entries: [Entry]
  /// The names of the volumes of each class that has some.
  let classes: [(storageClass: StorageClass, volumes: [String])]

  /// Reads a configuration.
  /// - Throws: `ConfigurationError` for what is no `NAME=DIRECTORY`, a name or a directory given twice, and a class on
  ///   a volume that is not there.
  init(_ configuration: Configuration) throws(ConfigurationError) {
    var entries: [Entry] = []
    for text in configuration.volumes.directories {
      let entry = try Self.entry(text)
      guard !entries.contains(where: { $0.name == entry.name || $0.directory == entry.directory }) else {
        throw ConfigurationError("volumes.directories names \(entry.name) or \(entry.directory) twice")
      }
      entries.append(entry)
    }
    self.entries = entries
    let names = Set(entries.map(\.name)).union([VolumeSet.mainName])
    classes = Self.classes(configuration.classes).filter { !$0.volumes.isEmpty }
    for (storageClass, volumes) in classes {
      for name in volumes where !names.contains(name) {
        throw ConfigurationError(
          "the class \(storageClass.name) is to lie on the volume \(name): name its directory in volumes.directories"
        )
      }
    }
  }

  /// The volumes of all classes by their numbers.
  func placements(_ set: VolumeSet) -> ClassPlacements {
    var placements = ClassPlacements()
    for (storageClass, names) in classes {
      placements[storageClass] = names.compactMap { set.member(named: $0)?.number }.sorted()
    }
    return placements
  }

  private static func entry(_ text: String) throws(ConfigurationError) -> Entry {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard parts.count == 2, isName(name), name != VolumeSet.mainName, parts[1].hasPrefix("/") else {
      throw ConfigurationError(
        "volumes.directories has \"\(text)\": write NAME=/DIRECTORY, the name of small letters, digits and -,"
          + " and not \(VolumeSet.mainName)")
    }
    return Entry(name: name, directory: String(parts[1]))
  }

  private static func isName(_ name: String) -> Bool {
    (1...VolumeRecord.nameBytesMax).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
      }
  }

  private static func classes(
    _ classes: Configuration.Classes
  ) -> [(storageClass: StorageClass, volumes: [String])] {
    [
      (.standard, classes.standardVolumes), (.reducedRedundancy, classes.standardVolumes),
      (.standardIA, classes.standardIAVolumes), (.oneZoneIA, classes.oneZoneIAVolumes),
      (.intelligentTiering, classes.intelligentTieringVolumes), (.glacierIR, classes.glacierIRVolumes),
      (.archive, classes.archiveVolumes), (.glacier, classes.glacierVolumes),
      (.deepArchive, classes.deepArchiveVolumes),
    ]
  }
}
