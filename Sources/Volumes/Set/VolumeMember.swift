import Ring
import Synchronization

/// One volume of a set.
package final class VolumeMember: Sendable {
  /// What people call it.
  package let name: String
  /// The directory in which it lies.
  package let directory: String
  package let store: VolumeStore

  private let stateValue: Atomic<UInt8>
  /// Free bytes of its file system when it was looked at last, and bytes of blobs begun since then.
  private let free = Atomic<UInt64>(0)
  private let placed = Atomic<UInt64>(0)

  /// A volume that has been opened; `state` is what metadata says of it.
  package init(name: String, directory: String, store: VolumeStore, state: VolumeState) {
    self.name = name
    self.directory = directory
    self.store = store
    stateValue = Atomic(state.rawValue)
  }

  /// Its number, as in every location within it.
  package var number: UInt16 { store.volumeNumber }

  /// What may be done with it. It is set once metadata has it.
  package var state: VolumeState {
    get { VolumeState(rawValue: stateValue.load(ordering: .acquiring)) ?? .active }
    set { stateValue.store(newValue.rawValue, ordering: .releasing) }
  }

  /// Whether new blobs may be given to it: it is active, and its writes have not been given up.
  var takesBlobs: Bool { state == .active && store.volume.health.refusal == nil }

  /// Bytes that are left for new blobs, as far as is known: beyond the reserve of its file system, and less what was
  /// given to it since the look.
  var room: UInt64 {
    let free = free.load(ordering: .relaxed)
    let taken = placed.load(ordering: .relaxed) &+ store.volume.options.freeBytesReserve
    return free > taken ? free - taken : 0
  }

  /// Notes that a blob of so many bytes was given to it.
  func place(_ bytes: UInt64) { placed.add(bytes, ordering: .relaxed) }

  /// Asks the file system for its free space. May block for a moment.
  func look() {
    guard let space = store.volume.options.space(store.volume.segmentsPath) else { return }
    free.store(space.free, ordering: .relaxed)
    placed.store(0, ordering: .relaxed)
  }
}
