package import Metadata
import Primitives
package import Volumes

extension ObjectStore {
  /// The volumes that metadata has ever known, by number: those that were removed, too.
  package static func recordedVolumes(
    in metadata: any MetadataStore
  ) async throws(ObjectError) -> [UInt16: VolumeRecord] {
    let found = try await metadata.read { (reader) throws(ObjectError) in
      let table = [ObjectTables.volumes]
      return try rows(reader, from: table, prefix: table, limit: Int(UInt16.max) + 1)
    }
    var records: [UInt16: VolumeRecord] = [:]
    for row in found {
      guard row.key.count == 3 else { throw .damaged("the key of a volume's record") }
      let number = UInt16(row.key[1]) << 8 | UInt16(row.key[2])
      records[number] = try decoding { () throws(RecordError) in try VolumeRecord(decoding: row.value) }
    }
    return records
  }

  /// Notes in metadata which volumes it is opened with, so that others are refused in their places from then on.
  func recordVolumes() async throws(ObjectError) {
    let known = try await Self.recordedVolumes(in: metadata).keys
    let isAlone = volumes.members.count == 1 && known.allSatisfy { $0 == volumes.members[0].number }
    for member in volumes.members {
      let value = Self.record(member).encode(isAlone: isAlone)
      if try await metadata.row(ObjectTables.volume(member.number)) == value { continue }
      try await keep(value, member.number)
    }
  }

  /// Changes the state of a volume, for good: `.draining` that it is emptied from now on, `.active` that it is used
  /// again, `.removed` that it may be left out of the next start.
  package func setState(_ state: VolumeState, of member: VolumeMember) async throws(ObjectError) {
    var record = Self.record(member)
    record.state = state
    try await keep(record.encode(isAlone: false), member.number)
    member.state = state
  }

  private func keep(_ value: [UInt8], _ number: UInt16) async throws(ObjectError) {
    try await metadata.update(.system, for: .free) { (transaction) throws(ObjectError) in
      transaction.put(ObjectTables.volume(number), value)
    }
  }

  private static func record(_ member: VolumeMember) -> VolumeRecord {
    VolumeRecord(
      id: member.store.identity.id, name: member.name, state: member.state, directory: member.directory)
  }
}
