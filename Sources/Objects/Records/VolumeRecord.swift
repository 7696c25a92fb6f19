import Primitives
package import Volumes

/// What metadata knows of a volume (docs/format/metadata.md, "Volume record").
package struct VolumeRecord: Hashable, Sendable {
  private static let idOnly: UInt8 = 1
  private static let version: UInt8 = 2
  /// Bytes of a volume's name, and of the path of its directory, at most.
  package static let nameBytesMax = 64
  package static let directoryBytesMax = 4_096

  /// The id that the volume with this number must have.
  package var id: VolumeID
  package var name: String
  package var state: VolumeState
  /// Where it was opened last.
  package var directory: String

  package init(id: VolumeID, name: String, state: VolumeState, directory: String) {
    self.id = id
    self.name = name
    self.state = state
    self.directory = directory
  }

  /// The bytes of the row; in version 1 when it is the only volume there has ever been, since releases that know no
  /// others can read that.
  func encode(isAlone: Bool) -> [UInt8] {
    var writer = ByteWriter(capacity: 64)
    writer.u8(isAlone ? Self.idOnly : Self.version)
    writer.u64(id.high)
    writer.u64(id.low)
    if isAlone { return writer.bytes }
    writer.u8(state.rawValue)
    writer.bytes(Array(name.utf8))
    writer.bytes(Array(directory.utf8))
    return writer.bytes
  }

  /// Reads what `encode` wrote. A record of version 1 has the id only, and is that of the data directory's volume.
  init(decoding value: [UInt8]) throws(RecordError) {
    var reader = ByteReader(value)
    let version = try reader.u8()
    guard version == Self.version || version == Self.idOnly else { throw .unknownVersion(version) }
    id = VolumeID(high: try reader.u64(), low: try reader.u64())
    guard version == Self.version else {
      (name, state, directory) = (VolumeSet.mainName, .active, "")
      try reader.expectEnd()
      return
    }
    guard let state = VolumeState(rawValue: try reader.u8()) else { throw .badValue("state of a volume") }
    self.state = state
    let name = try reader.bytes()
    let directory = try reader.bytes()
    guard !name.isEmpty, name.count <= Self.nameBytesMax, directory.count <= Self.directoryBytesMax,
      let nameText = String(validating: name, as: Unicode.UTF8.self),
      let directoryText = String(validating: directory, as: Unicode.UTF8.self)
    else { throw .badValue("name of a volume") }
    (self.name, self.directory) = (nameText, directoryText)
    try reader.expectEnd()
  }
}
