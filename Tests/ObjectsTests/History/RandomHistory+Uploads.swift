import Primitives
import Ring

@testable import Objects

// Uploads in parts: begun, filled, completed and aborted, each in a step of its own, with anything in between.
extension RandomHistory {
  struct Upload {
    let side: Int
    let name: String
    let info: UploadInfo
    var parts: [Int: (info: PartInfo, content: SimulatedContent)] = [:]
  }

  func begin(_ side: Int, _ name: String) async throws {
    guard uploads.count < 4 else { return }
    uploads.append(Upload(side: side, name: name, info: try await store.begin(bucket(side), name)))
  }

  /// Some parts of an upload; some that it has already.
  func uploadParts() async throws {
    guard let index = uploads.indices.randomElement(using: &random) else { return }
    let first = Int.random(in: 1...8, using: &random)
    for number in first...first + Int.random(in: 0...4, using: &random) {
      let content = SimulatedContent(size: 5_000 + number, seed: random.next())
      let upload = uploads[index]
      let part = try await store.part(bucket(upload.side), upload.info, number, content.bytes)
      uploads[index].parts[number] = (part, content)
    }
  }

  /// Completes an upload, with all of its parts or some, or aborts it.
  func finishUpload() async throws {
    guard let index = uploads.indices.randomElement(using: &random) else { return }
    let upload = uploads[index]
    let bucket = try bucket(upload.side)
    let leavesSomeOut = flip(oneIn: 3)
    let parts = upload.parts.sorted { $0.key < $1.key }.map(\.value)
      .filter { _ in !leavesSomeOut || flip() }
    if parts.isEmpty || flip(oneIn: 4) {
      try await store.abort(bucket, upload.info)
      uploads.remove(at: index)
      let again = try? await store.complete(bucket, upload.info, parts.map(\.info))
      expect(again == nil, "an upload of \(upload.name) was completed though it was aborted")
      return
    }
    let made = try await store.complete(bucket, upload.info, parts.map(\.info))
    uploads.remove(at: index)
    try await noteWrite(
      upload.side, upload.name, SimulatedContent(parts.flatMap(\.content.bytes)), at: made.version, made.label
    )
  }
}
