import Ring

/// The volumes of a server (docs/decisions/0073-volumes.md). Which volume a blob lies on stands in its location; which
/// one a new blob goes to is chosen here (`VolumeSet+Placement.swift`).
///
/// Its members are fixed from one start to the next. Writers and readers belong to the ring they are made on.
/// Everything else may be called from anywhere.
package final class VolumeSet: Sendable {
  /// The name of the volume in the data directory.
  package static let mainName = "main"
  /// Its number.
  package static let mainNumber: UInt16 = 0

  /// By number; the first is the one in the data directory.
  package let members: [VolumeMember]
  let look: SpaceLook
  /// The same by number, with gaps where volumes were removed.
  private let byNumber: [VolumeMember?]

  /// A set of opened volumes, of which there is at least one, each with a number of its own.
  package init(_ members: [VolumeMember]) {
    precondition(!members.isEmpty && Set(members.map(\.number)).count == members.count)
    self.members = members.sorted { $0.number < $1.number }
    var byNumber: [VolumeMember?] = []
    for member in self.members {
      byNumber += Array(repeating: nil, count: Int(member.number) - byNumber.count)
      byNumber.append(member)
    }
    self.byNumber = byNumber
    look = SpaceLook()
    if members.count > 1 { for member in members { member.look() } }
  }

  /// A set of one.
  package convenience init(_ store: VolumeStore) {
    self.init([VolumeMember(name: Self.mainName, directory: "", store: store, state: .active)])
  }

  /// The member with a number; nil when there is none.
  package func member(_ number: UInt16) -> VolumeMember? {
    Int(number) < byNumber.count ? byNumber[Int(number)] : nil
  }

  /// The member with a name; nil when there is none.
  package func member(named name: String) -> VolumeMember? { members.first { $0.name == name } }

  /// The rings that read and write here.
  package var ringCount: Int { members[0].store.ringCount }

  /// Bytes of buffers that a writer of a blob of that length holds at most (`VolumeStore.writerBytes`).
  package func writerBytes(expecting length: UInt64?) -> Int {
    members[0].store.writerBytes(expecting: length)
  }

  /// A reader, on the current ring, of `range` of the bytes that `extents` make together, which lie on one volume.
  /// Extents that cannot be, that do not hold the range, or whose volume is not here are an error of the first `next`.
  package func makeReader(_ extents: [ExtentLocation], range: Range<UInt64>) -> BlobReader {
    let member = extents.first.flatMap { self.member($0.volume) } ?? members[0]
    return member.store.makeReader(extents, range: range)
  }

  /// Accounts extents that nothing refers to any more (`VolumeStore.markDead`).
  package func markDead(_ extents: [ExtentLocation]) {
    if members.count == 1 { return members[0].store.markDead(extents) }
    for member in members {
      let own = extents.filter { $0.volume == member.number }
      if !own.isEmpty { member.store.markDead(own) }
    }
  }

  /// What each segment of each volume holds, in order.
  package func segmentUsage() -> [SegmentUsage] { members.flatMap { $0.store.segmentUsage() } }

  /// Takes over live bytes that metadata has kept from earlier runs. A segment that is not named has none.
  package func restoreUsage(_ usage: [SegmentUsage]) {
    for member in members { member.store.restoreUsage(usage) }
  }

  /// Segments that nobody writes to and in which nothing is live (`VolumeStore.emptySegments`).
  package func emptySegments() -> [SegmentID] {
    members.flatMap { member in
      member.store.emptySegments().map { SegmentID(volume: member.number, segment: $0) }
    }
  }

  /// Removes the file of a segment if it is still empty (`VolumeStore.remove`).
  package func remove(_ segment: SegmentID) async throws(VolumeError) -> UInt64? {
    try await store(of: segment).remove(segment: segment.segment)
  }

  /// The extents of a segment, in order (`VolumeStore.walk`).
  package func walk(_ segment: SegmentID) async throws(VolumeError) -> [WalkedExtent] {
    try await store(of: segment).walk(segment: segment.segment)
  }

  /// Reads all of an extent (`VolumeStore.audit`).
  package func audit(_ location: ExtentLocation) async throws(VolumeError) -> ExtentDescription {
    try await store(of: location.segmentID).audit(location)
  }

  /// Reads the ends of an extent (`VolumeStore.inspect`).
  package func inspect(_ location: ExtentLocation) async throws(VolumeError) {
    try await store(of: location.segmentID).inspect(location)
  }

  /// Figures of all volumes together. Asks the file systems for their free space, which may block for a moment.
  package func statistics() -> VolumeStatistics {
    var sum = members[0].store.statistics()
    for member in members.dropFirst() { sum.add(member.store.statistics()) }
    return sum
  }

  /// Closes them all (`VolumeStore.close`).
  package func close() async {
    for member in members { await member.store.close() }
  }

  private func store(of segment: SegmentID) throws(VolumeError) -> VolumeStore {
    guard let member = member(segment.volume) else {
      throw VolumeError(.damaged, "no such volume", volume: segment.volume, segment: segment.segment)
    }
    return member.store
  }
}
