import Testing

@testable import API
@testable import Objects

/// The classes that a request may ask for, and their names in both dialects.
@Suite struct StorageClassHeaderTests {
  /// Class, S3's name, OSS's.
  private static let names: [(StorageClass, String, String)] = [
    (.standard, "STANDARD", "Standard"), (.standardIA, "STANDARD_IA", "IA"),
    (.glacierIR, "GLACIER_IR", "Archive"), (.archive, "GLACIER", "Archive"),
    (.glacier, "GLACIER", "ColdArchive"), (.deepArchive, "DEEP_ARCHIVE", "DeepColdArchive"),
    (.oneZoneIA, "ONEZONE_IA", "IA"), (.intelligentTiering, "INTELLIGENT_TIERING", "IA"),
    (.reducedRedundancy, "REDUCED_REDUNDANCY", "Standard"),
  ]

  @Test func everyClassHasANameInBothDialects() {
    #expect(Self.names.map(\.0) == StorageClass.allCases)
    for (storageClass, s3, oss) in Self.names {
      #expect("\(Dialect.s3.name(of: storageClass))" == s3)
      #expect("\(Dialect.oss.name(of: storageClass))" == oss)
      #expect("\(storageClass.name)" == s3)
    }
  }

  @Test func aNameIsTheDialectsOwnClass() {
    func s3(_ name: String) -> StorageClass? { ClassSpelling.s3.storageClass(named: name.utf8) }
    func oss(_ name: String) -> StorageClass? { ClassSpelling.oss.storageClass(named: name.utf8) }
    for (storageClass, name, _) in Self.names where storageClass != .archive {
      #expect(s3(name) == storageClass)
    }
    let ossNames: [(String, StorageClass)] = [
      ("Standard", .standard), ("IA", .standardIA), ("Archive", .archive), ("ColdArchive", .glacier),
      ("DeepColdArchive", .deepArchive),
    ]
    for (name, storageClass) in ossNames { #expect(oss(name) == storageClass) }
    for name in ["", "standard", "STANDARD ", "IA", "OUTPOSTS", "SNOW", "EXPRESS_ONEZONE", "FSX_ONTAP"] {
      #expect(s3(name) == nil, "\(name)")
    }
    for name in ["", "STANDARD", "ia", "STANDARD_IA", "GLACIER"] { #expect(oss(name) == nil, "\(name)") }
  }

  @Test func theHeaderGoesBeforeTheBucketsClass() throws {
    var settings = BucketSettings()
    #expect(try StorageClassHeader.read(makeRequest("PUT /b/k")) == .standard)
    settings.storageClass = .standardIA
    #expect(try StorageClassHeader.read(makeRequest("PUT /b/k", settings: settings)) == .standardIA)
    #expect(try StorageClassHeader.named(makeRequest("PUT /b/k", settings: settings)) == nil)
    for (storageClass, name, _) in Self.names where storageClass != .archive {
      let request = try makeRequest("PUT /b/k", ["x-amz-storage-class: \(name)"], settings: settings)
      #expect(try StorageClassHeader.read(request) == storageClass)
    }
  }

  @Test(arguments: ["FLOPPY", "", "OUTPOSTS", "standard"])
  func othersAreRefused(_ name: String) {
    let unknown = refusal { () throws(S3Error) in
      _ = try StorageClassHeader.read(makeRequest("PUT /b/k", ["x-amz-storage-class: \(name)"]))
    }
    #expect(unknown?.code == .invalidStorageClass)
    #expect(unknown.map { elements($0) } == ["StorageClassRequested=\(name)"])
  }
}
