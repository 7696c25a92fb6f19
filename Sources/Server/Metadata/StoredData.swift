import Metadata
import Ring

/// What must fit together in a data directory before anything in it is opened.
enum StoredData {
  /// Refuses data whose metadata is gone, or only half there. Changes nothing.
  static func check(_ directory: DataDirectory) throws(ConfigurationError) {
    if SmallFile.exists(directory.incompleteMark) {
      throw ConfigurationError(
        "a rebuild or restore of the metadata in \(directory.path) was interrupted: run it again"
          + " (weir metadata rebuild --data \(directory.path))")
    }
    guard !MetadataRestore.exists(directory.metadata) else { return }
    let names = (try? Directory.list(directory.volumes + "/segments")) ?? []
    let hasSegments = names.contains { $0.hasSuffix(".seg") }
    guard hasSegments || MetadataRebuild.isPossible(from: directory.care) else { return }
    throw ConfigurationError(
      "the metadata of \(directory.path) is gone: \(directory.metadata) holds no store, but the volumes hold "
        + (hasSegments ? "data" : "its journal")
        + ". Mount its disk, or make it again from the volumes: weir metadata rebuild --data \(directory.path)"
    )
  }

  /// Refuses metadata whose volume is elsewhere: it names segments, but there is no volume. Changes nothing.
  static func check(
    _ directory: DataDirectory, namesSegments: Bool
  ) throws(ConfigurationError) {
    guard namesSegments, !SmallFile.exists(directory.volumes + "/volume") else { return }
    throw ConfigurationError(
      "\(directory.path) is half a copy: its metadata names data in \(directory.volumes), where there is no volume."
        + " Mount the volume's disk, or copy the whole directory")
  }
}
