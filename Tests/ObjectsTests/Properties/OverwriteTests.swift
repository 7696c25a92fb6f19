import Primitives
import Ring
import Testing

@testable import Objects

@Suite struct OverwriteTests {
  /// Readers while a key is overwritten and deleted get all of one version, or that there is none.
  @Test(arguments: TestStore.Kind.allCases)
  func readersNeverSeeAMix(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind, limits: .small, rings: 2) { store in
      let bucket = try await store.bucket()
      let versions = [10, 5_000, 300_000].map { patternBytes($0, seed: UInt64($0)) }
      let upload = try await store.begin(bucket, "parts")
      var parts: [PartInfo] = []
      for number in 1...40 { parts.append(try await store.part(bucket, upload, number, versions[1])) }
      try await store.complete(bucket, upload, parts)
      // Digests: a debug build takes its time over arrays.
      let whole = Set(versions.map(MD5.hash) + [MD5.hash(try await store.get(bucket, "parts"))])
      let isDone = Flag()
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          defer { isDone.set(true) }
          for round in 0..<15 {
            if round % 5 == 4 {
              try await store.delete(bucket, "k")
            } else if round % 5 == 3 {
              let again = try await store.begin(bucket, "k")
              var parts: [PartInfo] = []
              for number in 1...40 { parts.append(try await store.part(bucket, again, number, versions[1])) }
              try await store.complete(bucket, again, parts)
            } else {
              try await store.put(bucket, "k", versions[round % 5])
            }
          }
        }
        for reader in 0..<4 {
          group.addTask {
            let outcome = await store.rings.rings[reader % 2].run { () -> Result<Void, any Error> in
              do {
                while !isDone.value {
                  do {
                    let bytes = try await store.get(bucket, "k")
                    #expect(whole.contains(MD5.hash(bytes)))
                  } catch ObjectError.noSuchKey {}
                  // A read from memory never suspends: the writer needs the ring too.
                  await Task.yield()
                }
                return .success(())
              } catch { return .failure(error) }
            }
            try outcome.get()
          }
        }
        try await group.waitForAll()
      }
      try await expectSound(store)
    }
  }

  @Test func manyDeletionsAtOnce() async throws {
    try await TestStore.with(.rocks, limits: .small) { store in
      let bucket = try await store.bucket()
      for index in 0..<50 { try await store.put(bucket, "k\(index)", patternBytes(index * 200)) }
      var requests: [DeleteObjectRequest] = []
      for index in 0..<60 {
        var request = DeleteObjectRequest(bucket: bucket, key: try key("k\(index)"))
        if index % 10 == 3 { request.ifMatch = .oneOf(["x"]) }
        requests.append(request)
      }
      let results = await store.objects.deleteObjects(requests)
      #expect(results.count == 60)
      for (index, result) in results.enumerated() {
        switch result {
        case .success(let deleted): #expect(deleted.existed == (index < 50) && index % 10 != 3)
        case .failure(.preconditionFailed(.ifMatch)): #expect(index % 10 == 3 && index < 50)
        case .failure(.noSuchKey): #expect(index == 53)
        case .failure(let error): Issue.record("\(index): \(error)")
        }
      }
      #expect(try await store.objects.usage(of: bucket).objects == 5)
      try await expectSound(store)
      #expect(await store.objects.deleteObjects([]).isEmpty)
    }
  }
}
