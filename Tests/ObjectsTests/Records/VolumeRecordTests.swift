import Metadata
import Primitives
import Testing
import Volumes

@testable import Objects

@Suite struct VolumeRecordTests {
  private let id = VolumeID(high: 0x0102_0304_0506_0708, low: 0xF1F2_F3F4_F5F6_F7F8)
  private let idBytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8]

  /// Version 1, of a volume that has always been alone.
  @Test func goldenAlone() throws {
    let record = VolumeRecord(id: id, name: "main", state: .active, directory: "")
    #expect(record.encode(isAlone: true) == [1] + idBytes)
    #expect(try VolumeRecord(decoding: [1] + idBytes) == record)
    #expect(id.description == "0102030405060708f1f2f3f4f5f6f7f8")
  }

  @Test func golden() throws {
    let record = VolumeRecord(id: id, name: "hdd", state: .draining, directory: "/d")
    let bytes: [UInt8] = [2] + idBytes + [1, 3] + Array("hdd".utf8) + [2] + Array("/d".utf8)
    #expect(record.encode(isAlone: false) == bytes)
    #expect(try VolumeRecord(decoding: bytes) == record)
  }

  @Test func whatIsNoRecord() {
    let bytes: [UInt8] = [2] + idBytes + [1, 3] + Array("hdd".utf8) + [2] + Array("/d".utf8)
    let wrong: [[UInt8]] = [
      [], [3] + bytes.dropFirst(), bytes + [0], [1] + idBytes + [0], Array(bytes.dropLast()),
      [2] + idBytes + [9, 3] + Array("hdd".utf8) + [0], [2] + idBytes + [0, 0, 0],
      [2] + idBytes + [0, 1, 0xFF, 0],
    ]
    for bytes in wrong {
      #expect(throws: RecordError.self) { _ = try VolumeRecord(decoding: bytes) }
    }
  }

  /// The first opening notes the volume; later ones leave it at that.
  @Test(arguments: TestStore.Kind.allCases) func theVolumeIsNoted(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind) { store in
      let id = store.volumes.members[0].store.identity.id
      let expected = [
        VolumeSet.mainNumber: VolumeRecord(id: id, name: "main", state: .active, directory: "")
      ]
      #expect(try await ObjectStore.recordedVolumes(in: store.metadata) == expected)
      let again = try await store.reopened()
      #expect(try await ObjectStore.recordedVolumes(in: again.metadata) == expected)
      await again.close()
    }
  }
}
