import Primitives
import Testing

@testable import API
@testable import Objects

/// Transitions in both dialects' documents.
@Suite struct TransitionDocumentTests {
  private static func root(_ rule: String) throws -> XMLElement {
    try XMLReader.parse(Array("<LifecycleConfiguration>\(rule)</LifecycleConfiguration>".utf8))
  }

  private static func s3(_ actions: String, _ filter: String = "<Filter/>") throws -> XMLElement {
    try root("<Rule><ID>r</ID>\(filter)<Status>Enabled</Status>\(actions)</Rule>")
  }

  private static func oss(_ actions: String) throws -> XMLElement {
    try root("<Rule><ID>r</ID><Prefix/><Status>Enabled</Status>\(actions)</Rule>")
  }

  private static func move(_ days: Int, _ storageClass: String) -> String {
    "<Transition><Days>\(days)</Days><StorageClass>\(storageClass)</StorageClass></Transition>"
  }

  private static func on(_ day: String, _ storageClass: String) -> String {
    "<Transition><Date>\(day)T00:00:00.000Z</Date><StorageClass>\(storageClass)</StorageClass></Transition>"
  }

  private static func old(_ days: Int, _ storageClass: String, _ more: String = "") -> String {
    "<NoncurrentVersionTransition><NoncurrentDays>\(days)</NoncurrentDays>\(more)<StorageClass>\(storageClass)"
      + "</StorageClass></NoncurrentVersionTransition>"
  }

  private static func expire(_ days: Int) -> String { "<Expiration><Days>\(days)</Days></Expiration>" }

  private static let kept = "<NewerNoncurrentVersions>3</NewerNoncurrentVersions>"

  @Test(arguments: [
    move(30, "STANDARD_IA") + move(60, "GLACIER") + move(400, "DEEP_ARCHIVE") + expire(401),
    move(0, "GLACIER_IR"), move(0, "INTELLIGENT_TIERING"), move(30, "ONEZONE_IA"),
    on("2030-01-01", "GLACIER"), old(30, "STANDARD_IA", kept) + old(60, "GLACIER"),
  ])
  func whatS3WritesComesBack(_ actions: String) throws {
    let rules = try LifecycleDocument.readS3(Self.s3(actions))
    var xml = XMLWriter(capacity: 256)
    try LifecycleDocument.writeS3(LifecycleRules(rules), to: &xml)
    #expect(
      String(decoding: xml.bytes, as: Unicode.UTF8.self).contains(
        "<Rule>\(actions)<ID>r</ID><Filter></Filter><Status>Enabled</Status></Rule>")
        || String(decoding: xml.bytes, as: Unicode.UTF8.self).contains(
          "<Rule>\(actions)<ID>r</ID><Filter/><Status>Enabled</Status></Rule>")
    )
  }

  @Test(arguments: [
    move(1, "IA") + move(2, "Archive") + move(3, "ColdArchive") + move(4, "DeepColdArchive"),
    old(1, "IA") + old(2, "DeepColdArchive"),
    "<Transition><CreatedBeforeDate>2030-01-01T00:00:00.000Z</CreatedBeforeDate><StorageClass>IA</StorageClass>"
      + "</Transition>",
  ])
  func whatOSSWritesComesBack(_ actions: String) throws {
    let rules = try LifecycleDocument.readOSS(Self.oss(actions), allowsOverlap: false)
    var xml = XMLWriter(capacity: 256)
    try LifecycleDocument.writeOSS(LifecycleRules(rules), to: &xml)
    #expect(String(decoding: xml.bytes, as: Unicode.UTF8.self).contains(actions))
  }

  static let s3Refusals: [(String, S3ErrorCode)] = [
    (move(1, "STANDARD"), .malformedXML), (move(1, "REDUCED_REDUNDANCY"), .malformedXML),
    (move(1, "IA"), .malformedXML), (move(1, ""), .malformedXML), ("<Transition/>", .malformedXML),
    ("<Transition><StorageClass>GLACIER</StorageClass></Transition>", .malformedXML),
    (
      "<Transition><Days>1</Days><Date>2030-01-01T00:00:00Z</Date><StorageClass>GLACIER</StorageClass></Transition>",
      .malformedXML
    ),
    (move(-1, "GLACIER"), .invalidArgument), (move(29, "STANDARD_IA"), .invalidArgument),
    (move(29, "ONEZONE_IA"), .invalidArgument), (old(29, "STANDARD_IA"), .invalidArgument),
    (old(-1, "GLACIER"), .invalidArgument),
    (
      "<NoncurrentVersionTransition><StorageClass>GLACIER</StorageClass></NoncurrentVersionTransition>",
      .malformedXML
    ),
    (old(1, "GLACIER", "<NewerNoncurrentVersions>0</NewerNoncurrentVersions>"), .invalidArgument),
    (move(30, "STANDARD_IA") + move(59, "GLACIER"), .invalidArgument),
    (old(30, "ONEZONE_IA") + old(40, "DEEP_ARCHIVE"), .invalidArgument),
    (move(5, "GLACIER") + move(6, "GLACIER"), .invalidArgument),
    (old(5, "GLACIER") + old(6, "GLACIER"), .invalidArgument),
    (move(5, "GLACIER") + expire(5), .invalidArgument),
    (on("2030-01-01", "GLACIER") + expire(5), .invalidRequest),
    (move(1, "GLACIER") + on("2030-01-01", "DEEP_ARCHIVE"), .invalidRequest),
    (
      old(5, "GLACIER")
        + "<NoncurrentVersionExpiration><NoncurrentDays>5</NoncurrentDays></NoncurrentVersionExpiration>",
      .invalidArgument
    ),
  ]

  @Test(arguments: s3Refusals) func s3Refuses(_ actions: String, _ code: S3ErrorCode) throws {
    let root = try Self.s3(actions)
    #expect(refusal { () throws(S3Error) in _ = try LifecycleDocument.readS3(root) }?.code == code)
  }

  @Test func theOldFormOfS3() throws {
    let keeps = try Self.s3(Self.old(1, "GLACIER", Self.kept), "<Prefix/>")
    #expect(
      refusal { () throws(S3Error) in _ = try LifecycleDocument.readS3(keeps) }?.code == .invalidRequest)
    let rule = "<Rule><Prefix>a</Prefix><Status>Enabled</Status>\(Self.move(1, "GLACIER"))</Rule>"
    let overlap = try Self.root(rule + rule)
    #expect(
      refusal { () throws(S3Error) in _ = try LifecycleDocument.readS3(overlap) }?.message
        == "Found overlapping prefixes 'a' and 'a' for same action type 'Transition'")
  }

  private static func access(_ element: String) -> String {
    "<Transition><Days>1</Days><StorageClass>IA</StorageClass>\(element)</Transition>"
  }

  static let ossRefusals: [(String, S3ErrorCode)] = [
    (move(0, "IA"), .invalidArgument), (move(1, "Standard"), .malformedXML),
    (move(1, "GLACIER"), .malformedXML),
    ("<Transition><StorageClass>IA</StorageClass></Transition>", .malformedXML),
    (move(2, "IA") + move(2, "Archive"), .invalidArgument), (move(2, "IA") + move(3, "IA"), .invalidArgument),
    (move(3, "ColdArchive") + move(4, "Archive"), .invalidArgument),
    (move(3, "IA") + expire(3), .invalidArgument),
    (old(2, "ColdArchive") + old(3, "IA"), .invalidArgument),
    (access("<IsAccessTime>true</IsAccessTime>"), .notImplemented),
    (access("<ReturnToStdWhenVisit>true</ReturnToStdWhenVisit>"), .invalidArgument),
    (access("<AllowSmallFile>false</AllowSmallFile>"), .invalidArgument),
  ]

  @Test(arguments: ossRefusals) func ossRefuses(_ actions: String, _ code: S3ErrorCode) throws {
    let root = try Self.oss(actions)
    let error = refusal { () throws(S3Error) in
      _ = try LifecycleDocument.readOSS(root, allowsOverlap: false)
    }
    #expect(error?.code == code)
    #expect(
      try LifecycleDocument.readOSS(
        Self.oss(Self.access("<IsAccessTime>false</IsAccessTime>")), allowsOverlap: false
      )[0].transitions == [LifecycleRules.Transition(.days(1), to: .standardIA)])
  }

  /// A client that writes back what it was shown must not move anything elsewhere.
  @Test func classesOfTheOtherDialectAreNotShown() throws {
    func shown(_ storageClass: StorageClass, byS3: Bool) throws(S3Error) {
      var rule = LifecycleRules.Rule(id: "r")
      rule.transitions = [LifecycleRules.Transition(.days(1), to: storageClass)]
      var xml = XMLWriter(capacity: 256)
      if byS3 {
        try LifecycleDocument.writeS3(LifecycleRules([rule]), to: &xml)
      } else {
        try LifecycleDocument.writeOSS(LifecycleRules([rule]), to: &xml)
      }
    }
    for (storageClass, byS3) in [
      (StorageClass.archive, true), (.glacierIR, false), (.oneZoneIA, false), (.intelligentTiering, false),
    ] {
      let error = refusal { () throws(S3Error) in try shown(storageClass, byS3: byS3) }
      #expect(error?.code == .notImplemented, "\(storageClass)")
    }
    for storageClass in [StorageClass.standardIA, .glacier, .deepArchive] {
      try shown(storageClass, byS3: true)
      try shown(storageClass, byS3: false)
    }
    var keeping = LifecycleRules.Rule(id: "r")
    keeping.noncurrentTransitions = [LifecycleRules.NoncurrentTransition(days: 1, kept: 2, to: .glacier)]
    let error = refusal { () throws(S3Error) in
      var xml = XMLWriter(capacity: 256)
      try LifecycleDocument.writeOSS(LifecycleRules([keeping]), to: &xml)
    }
    #expect(error?.code == .notImplemented)
  }
}
