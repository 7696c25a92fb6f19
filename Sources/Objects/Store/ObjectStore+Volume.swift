package import Metadata
package import Volumes

extension ObjectStore {
  /// The id of the volume with this number that metadata belongs with; nil when it has never been opened with one.
  package static func recordedVolume(
    _ number: UInt16, in metadata: any MetadataStore
  ) async throws(ObjectError) -> VolumeID? {
    guard let row = try await metadata.row(ObjectTables.volume(number)) else { return nil }
    guard let id = VolumeRecord.decode(row) else { throw .damaged("the record of volume \(number)") }
    return id
  }

  /// Notes in metadata which volume it is opened with, so that another's is refused from then on.
  func recordVolume() async throws(ObjectError) {
    let identity = volumes.identity
    if try await Self.recordedVolume(identity.number, in: metadata) == identity.id { return }
    try await metadata.update(.system, for: .free) { (transaction) throws(ObjectError) in
      transaction.put(ObjectTables.volume(identity.number), VolumeRecord.encode(identity.id))
    }
  }
}
