import Primitives
import Testing

@testable import API
@testable import Objects

/// The documents of lifecycle rules in both dialects: what is read, shown as it was given, and refused.
@Suite struct LifecycleDocumentTests {
  private static func parse(_ rules: String) throws -> XMLElement {
    try RequestDocument.parse(
      bytes("<LifecycleConfiguration>\(rules)</LifecycleConfiguration>"), root: "LifecycleConfiguration")
  }

  private static func shownByS3(_ rules: [LifecycleRules.Rule]) throws(S3Error) -> String {
    var xml = XMLWriter(capacity: 256)
    xml.open("X")
    try LifecycleDocument.writeS3(LifecycleRules(rules), to: &xml)
    xml.close("X")
    return inner(xml)
  }

  private static func shownByOSS(_ rules: [LifecycleRules.Rule]) throws(S3Error) -> String {
    var xml = XMLWriter(capacity: 256)
    xml.open("X")
    try LifecycleDocument.writeOSS(LifecycleRules(rules), to: &xml)
    xml.close("X")
    return inner(xml)
  }

  private static func inner(_ xml: consuming XMLWriter) -> String {
    let text = String(decoding: xml.bytes, as: UTF8Text.self)
    return String(text.dropFirst("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<X>".count).dropLast(4))
  }

  private static let days = "<Expiration><Days>3</Days></Expiration>"
  private static let abort =
    "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>"
  private static let tag = "<Tag><Key>k</Key><Value>v</Value></Tag>"

  @Test(arguments: [
    "\(days)<ID>a</ID><Filter></Filter><Status>Enabled</Status>",
    "\(days)<ID>a</ID><Filter><Prefix>p</Prefix></Filter><Status>Disabled</Status>",
    "\(days)<ID>a</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status>",
    "\(days)<ID>a</ID><Prefix>p</Prefix><Status>Enabled</Status>",
    "\(days)<ID>a</ID><Filter>\(tag)</Filter><Status>Enabled</Status>",
    "\(days)<ID>a</ID><Filter><ObjectSizeGreaterThan>0</ObjectSizeGreaterThan></Filter><Status>Enabled</Status>",
    "\(days)<ID>a</ID><Filter><And><Prefix>p</Prefix>\(tag)<ObjectSizeLessThan>9</ObjectSizeLessThan></And></Filter>"
      + "<Status>Enabled</Status>",
    "<Expiration><Date>2030-01-01T00:00:00.000Z</Date></Expiration><ID>a</ID><Filter></Filter>"
      + "<Status>Enabled</Status>",
    "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration><ID>a</ID>"
      + "<Filter></Filter><Status>Enabled</Status>",
    "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>100"
      + "</NewerNoncurrentVersions></NoncurrentVersionExpiration><ID>a</ID><Filter></Filter>"
      + "<Status>Enabled</Status>",
    "<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation>"
      + "</AbortIncompleteMultipartUpload><ID>a</ID><Filter></Filter><Status>Enabled</Status>",
  ])
  func s3ShowsWhatItWasGiven(_ rule: String) throws {
    let text = "<Rule>\(rule)</Rule>"
    #expect(try Self.shownByS3(LifecycleDocument.readS3(Self.parse(text))) == text)
  }

  @Test(arguments: [
    "<ID>a</ID><Prefix>p</Prefix><Status>Enabled</Status>\(days)",
    "<ID>a</ID><Prefix></Prefix><Status>Enabled</Status>\(tag)<Filter><ObjectSizeGreaterThan>1"
      + "</ObjectSizeGreaterThan><ObjectSizeLessThan>9</ObjectSizeLessThan></Filter>\(days)",
    "<ID>a</ID><Prefix>p</Prefix><Status>Enabled</Status><Filter><Not><Prefix>pq</Prefix></Not><Not>\(tag)</Not>"
      + "</Filter>\(days)",
    "<ID>a</ID><Prefix>p</Prefix><Status>Enabled</Status><Expiration><CreatedBeforeDate>2030-01-01T00:00:00.000Z"
      + "</CreatedBeforeDate></Expiration>",
    "<ID>a</ID><Prefix>p</Prefix><Status>Enabled</Status><Expiration><ExpiredObjectDeleteMarker>true"
      + "</ExpiredObjectDeleteMarker></Expiration><NoncurrentVersionExpiration><NoncurrentDays>4</NoncurrentDays>"
      + "</NoncurrentVersionExpiration><AbortMultipartUpload><Days>1</Days></AbortMultipartUpload>",
  ])
  func ossShowsWhatItWasGiven(_ rule: String) throws {
    let text = "<Rule>\(rule)</Rule>"
    #expect(try Self.shownByOSS(LifecycleDocument.readOSS(Self.parse(text), allowsOverlap: false)) == text)
  }

  @Test func rulesWithoutIDGetOne() throws {
    let text = "<Rule><Filter/><Status>Enabled</Status>\(Self.days)</Rule>"
    let rules = try LifecycleDocument.readS3(Self.parse(text + text))
    #expect(rules.count == 2 && rules[0].id.count == 32 && rules[0].id != rules[1].id)
  }

  static let s3Refusals: [(String, S3ErrorCode)] = [
    ("", .malformedXML),
    ("<Rule><Status>Enabled</Status>\(days)</Rule>", .malformedXML),
    ("<Rule><Filter/><Prefix/><Status>Enabled</Status>\(days)</Rule>", .malformedXML),
    ("<Rule><Filter/><Status>enabled</Status>\(days)</Rule>", .malformedXML),
    ("<Rule><Filter/>\(days)</Rule>", .malformedXML),
    ("<Rule><Filter/><Status>Enabled</Status>\(days)\(days)</Rule>", .malformedXML),
    ("<Rule><Filter/><Status>Enabled</Status>\(days)<Surprise/></Rule>", .malformedXML),
    ("<Rule><Filter/><Status>Enabled</Status></Rule>", .invalidRequest),
    ("<Rule><Filter><Prefix/>\(tag)</Filter><Status>Enabled</Status>\(days)</Rule>", .malformedXML),
    ("<Rule><Filter><And><Prefix/></And></Filter><Status>Enabled</Status>\(days)</Rule>", .malformedXML),
    ("<Rule><Filter><And>\(tag)\(tag)</And></Filter><Status>Enabled</Status>\(days)</Rule>", .invalidRequest),
    (
      "<Rule><ID>\(String(repeating: "i", count: 256))</ID><Filter/><Status>Enabled</Status>\(days)</Rule>",
      .invalidArgument
    ),
    (
      String(repeating: "<Rule><ID>x</ID><Filter/><Status>Enabled</Status>\(days)</Rule>", count: 2),
      .invalidArgument
    ),
    (
      String(repeating: "<Rule><Filter/><Status>Enabled</Status>\(days)</Rule>", count: 1001), .malformedXML
    ),
    (
      String(repeating: "<Rule><Prefix>p</Prefix><Status>Enabled</Status>\(days)</Rule>", count: 2),
      .invalidRequest
    ),
    (
      "<Rule><Filter><And><ObjectSizeGreaterThan>5</ObjectSizeGreaterThan><ObjectSizeLessThan>5"
        + "</ObjectSizeLessThan></And></Filter><Status>Enabled</Status>\(days)</Rule>", .invalidRequest
    ),
    (
      "<Rule><Filter><ObjectSizeLessThan>9999999999999999</ObjectSizeLessThan></Filter>"
        + "<Status>Enabled</Status>\(days)</Rule>", .invalidArgument
    ),
  ]

  @Test(arguments: s3Refusals)
  func s3RefusesRules(_ rules: String, _ code: S3ErrorCode) throws {
    let root = try Self.parse(rules)
    #expect(refusal { () throws(S3Error) in _ = try LifecycleDocument.readS3(root) }?.code == code)
  }

  static let s3Actions: [(String, S3ErrorCode)] = [
    ("<Expiration/>", .malformedXML),
    ("<Expiration><Days>0</Days></Expiration>", .invalidArgument),
    ("<Expiration><Days>-1</Days></Expiration>", .invalidArgument),
    ("<Expiration><Days>x</Days></Expiration>", .malformedXML),
    ("<Expiration><Days>2147483648</Days></Expiration>", .invalidArgument),
    ("<Expiration><Days>1</Days><Date>2030-01-01T00:00:00Z</Date></Expiration>", .malformedXML),
    ("<Expiration><Date>2030-01-01T01:00:00Z</Date></Expiration>", .invalidArgument),
    ("<Expiration><Date>soon</Date></Expiration>", .malformedXML),
    ("<Expiration><ExpiredObjectDeleteMarker>maybe</ExpiredObjectDeleteMarker></Expiration>", .malformedXML),
    ("<NoncurrentVersionExpiration/>", .malformedXML),
    (
      "<NoncurrentVersionExpiration><NoncurrentDays>0</NoncurrentDays></NoncurrentVersionExpiration>",
      .invalidArgument
    ),
    (
      "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>101"
        + "</NewerNoncurrentVersions></NoncurrentVersionExpiration>", .invalidArgument
    ),
    ("<AbortIncompleteMultipartUpload/>", .malformedXML),
    (
      "<AbortIncompleteMultipartUpload><DaysAfterInitiation>0</DaysAfterInitiation>"
        + "</AbortIncompleteMultipartUpload>", .invalidArgument
    ),
  ]

  @Test(arguments: s3Actions)
  func s3RefusesActions(_ action: String, _ code: S3ErrorCode) throws {
    let root = try Self.parse("<Rule><Filter/><Status>Enabled</Status>\(action)</Rule>")
    #expect(refusal { () throws(S3Error) in _ = try LifecycleDocument.readS3(root) }?.code == code)
  }

  /// Actions that ask for what a filter by tags or sizes cannot tell.
  @Test(arguments: [
    (tag, abort), ("<ObjectSizeLessThan>9</ObjectSizeLessThan>", abort),
    (tag, "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"),
  ])
  func s3RefusesCombinations(_ predicate: String, _ action: String) throws {
    let root = try Self.parse(
      "<Rule><Filter>\(predicate)</Filter><Status>Enabled</Status>\(action)</Rule>")
    #expect(
      refusal { () throws(S3Error) in _ = try LifecycleDocument.readS3(root) }?.code == .invalidRequest)
  }

  @Test func theOldFormCannotKeepVersions() throws {
    let root = try Self.parse(
      "<Rule><Prefix/><Status>Enabled</Status><NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays>"
        + "<NewerNoncurrentVersions>1</NewerNoncurrentVersions></NoncurrentVersionExpiration></Rule>")
    #expect(
      refusal { () throws(S3Error) in _ = try LifecycleDocument.readS3(root) }?.code == .invalidRequest)
  }

  static let ossRefusals: [(String, S3ErrorCode)] = [
    ("<Rule><Status>Enabled</Status></Rule>", .invalidArgument),
    ("<Rule><Status>On</Status>\(days)</Rule>", .malformedXML),
    ("<Rule><Status>Enabled</Status><Expiration/></Rule>", .malformedXML),
    ("<Rule><Status>Enabled</Status><Expiration><Days>0</Days></Expiration></Rule>", .invalidArgument),
    (
      "<Rule><Status>Enabled</Status><Expiration><Days>1</Days><ExpiredObjectDeleteMarker>true"
        + "</ExpiredObjectDeleteMarker></Expiration></Rule>", .malformedXML
    ),
    (
      "<Rule><Status>Enabled</Status><AbortMultipartUpload><CreatedBeforeDate>2030-01-01T00:00:01.000Z"
        + "</CreatedBeforeDate></AbortMultipartUpload></Rule>", .invalidArgument
    ),
    (
      "<Rule><Status>Enabled</Status>\(tag)<AbortMultipartUpload><Days>1</Days></AbortMultipartUpload></Rule>",
      .invalidArgument
    ),
    (
      "<Rule><Prefix>p</Prefix><Status>Enabled</Status><Filter><Not><Prefix>q</Prefix></Not></Filter>\(days)</Rule>",
      .invalidArgument
    ),
    ("<Rule><Status>Enabled</Status><Filter><Not/></Filter>\(days)</Rule>", .malformedXML),
    (
      "<Rule><Status>Enabled</Status>\(tag)<Filter><Not><Prefix/>\(tag)</Not></Filter>\(days)</Rule>",
      .invalidArgument
    ),
    (
      "<Rule><Prefix>a</Prefix><Status>Enabled</Status>\(days)</Rule>"
        + "<Rule><Prefix>ab</Prefix><Status>Enabled</Status>\(days)</Rule>", .invalidArgument
    ),
  ]

  @Test(arguments: ossRefusals)
  func ossRefuses(_ rules: String, _ code: S3ErrorCode) throws {
    let root = try Self.parse(rules)
    let error = refusal { () throws(S3Error) in
      _ = try LifecycleDocument.readOSS(root, allowsOverlap: false)
    }
    #expect(error?.code == code)
  }

  @Test func ossMayLetRulesOverlap() throws {
    let rule = "<Rule><Status>Enabled</Status>\(Self.days)</Rule>"
    #expect(try LifecycleDocument.readOSS(Self.parse(rule + rule), allowsOverlap: true).count == 2)
    let tagged = "<Rule><Status>Enabled</Status>\(Self.tag)\(Self.days)</Rule>"
    #expect(try LifecycleDocument.readOSS(Self.parse(rule + tagged), allowsOverlap: false).count == 2)
  }

  /// A client that writes back what it was shown must not make the rules delete more.
  @Test func whatADialectCannotSayItIsNotShown() throws {
    var rule = LifecycleRules.Rule(id: "r")
    rule.noncurrentExpiration = .init(days: 1, kept: 2)
    #expect(refusal { () throws(S3Error) in _ = try Self.shownByOSS([rule]) }?.code == .notImplemented)
    #expect(try Self.shownByS3([rule]).contains("<NewerNoncurrentVersions>2<"))
    var excluding = LifecycleRules.Rule(id: "r")
    excluding.expiration = .days(1)
    excluding.filter.exclusions = [.init(prefix: [1])]
    #expect(refusal { () throws(S3Error) in _ = try Self.shownByS3([excluding]) }?.code == .notImplemented)
    var before = LifecycleRules.Rule(id: "r")
    before.abortion = .createdBefore(Timestamp(milliseconds: 0))
    #expect(refusal { () throws(S3Error) in _ = try Self.shownByS3([before]) }?.code == .notImplemented)
  }

  /// OSS's prefix and tags are several predicates to S3.
  @Test func rulesOfOneDialectAreShownByTheOther() throws {
    let root = try Self.parse(
      "<Rule><ID>a</ID><Prefix>p</Prefix><Status>Enabled</Status>\(Self.tag)\(Self.days)</Rule>")
    let rules = try LifecycleDocument.readOSS(root, allowsOverlap: false)
    #expect(
      try Self.shownByS3(rules)
        == "<Rule>\(Self.days)<ID>a</ID><Filter><And><Prefix>p</Prefix>\(Self.tag)</And></Filter>"
        + "<Status>Enabled</Status></Rule>")
  }
}
