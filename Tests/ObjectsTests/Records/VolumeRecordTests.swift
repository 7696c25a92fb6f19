import Metadata
import Testing
import Volumes

@testable import Objects

@Suite struct VolumeRecordTests {
  private let id = VolumeID(high: 0x0102_0304_0506_0708, low: 0xF1F2_F3F4_F5F6_F7F8)

  @Test func golden() {
    let bytes: [UInt8] = [1, 1, 2, 3, 4, 5, 6, 7, 8, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8]
    #expect(VolumeRecord.encode(id) == bytes)
    #expect(VolumeRecord.decode(bytes) == id)
    #expect(VolumeRecord.decode([2] + bytes.dropFirst()) == nil)
    #expect(VolumeRecord.decode(bytes + [0]) == nil)
    #expect(VolumeRecord.decode([]) == nil)
    #expect(id.description == "0102030405060708f1f2f3f4f5f6f7f8")
  }

  /// The first opening notes the volume; later ones leave it at that.
  @Test(arguments: TestStore.Kind.allCases) func theVolumeIsNoted(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind) { store in
      let number = store.volumes.volumeNumber
      let expected = store.volumes.identity.id
      #expect(try await ObjectStore.recordedVolume(number, in: store.metadata) == expected)
      #expect(try await ObjectStore.recordedVolume(number + 1, in: store.metadata) == nil)
      let again = try await store.reopened()
      #expect(try await ObjectStore.recordedVolume(number, in: again.metadata) == expected)
      await again.close()
    }
  }
}
