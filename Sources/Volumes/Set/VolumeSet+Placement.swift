import Ring

extension VolumeSet {
  /// What a blob of unknown length is taken to be when volumes are compared, in bytes.
  private static let unknownLength: UInt64 = 1 << 20

  /// A writer of one blob, on the current ring, on one of the volumes with these numbers: on that which has the most
  /// room, or the next one if it refuses.
  ///
  /// Throws what `VolumeStore.makeWriter` throws, and `.readOnly` when none of them may be written.
  package func makeWriter(
    _ description: ExtentDescription, expectedLength: UInt64?, for purpose: WritePurpose = .store,
    on numbers: [UInt16]
  ) async throws(VolumeError) -> BlobWriter {
    if numbers.count == 1, let only = member(numbers[0]), only.state == .active {
      return try await only.store.makeWriter(description, expectedLength: expectedLength, for: purpose)
    }
    lookIfDue()
    var refusal: VolumeError?
    for member in candidates(numbers) {
      do throws(VolumeError) {
        let writer = try await member.store.makeWriter(
          description, expectedLength: expectedLength, for: purpose)
        member.place(expectedLength ?? Self.unknownLength)
        return writer
      } catch {
        guard error.code == .full || error.code == .readOnly else { throw error }
        // Room on another disk says more than what is wrong with this one; a full one passes by itself.
        if refusal == nil || error.code == .full { refusal = error }
      }
    }
    throw refusal ?? VolumeError(.readOnly, "none of the class's volumes can be written")
  }

  /// Those that may be given a blob, the roomiest first.
  private func candidates(_ numbers: [UInt16]) -> [VolumeMember] {
    numbers.compactMap { member($0) }.filter(\.takesBlobs)
      .map { (member: $0, room: $0.room) }
      .sorted { ($0.room, $1.member.number) > ($1.room, $0.member.number) }
      .map(\.member)
  }

  private func lookIfDue() {
    let ring = Ring.current
    guard look.isDue(ring.now) else { return }
    let members = members
    ring.spawn { await ring.blocking.run { for member in members { member.look() } } }
  }
}
