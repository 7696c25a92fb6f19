import Flow
import Primitives

/// `PriorityQosConfiguration`: levels, what is guaranteed to each, and who is on it.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putresourcepoolpriorityqosconfiguration>
enum PriorityQoSDocument {
  /// Reads a plan; whom it names must be there.
  ///
  /// - Parameters:
  ///   - request: has the document as its payload.
  ///   - place: which plan it is.
  ///   - configuration: has the pool's buckets.
  ///   - isRequester: whether there is a user, or an account, of an id.
  /// - Returns: the plan; whether it is a good one is for `PriorityRules`.
  /// - Throws: BadDigest, MalformedXML, MissingRequestBodyError, InvalidArgument.
  static func read(
    _ request: APIRequest, _ place: PriorityPlan.Place, _ configuration: FlowConfiguration,
    isRequester: (String) -> Bool
  ) throws(S3Error) -> PriorityPlan {
    try PayloadIntegrity.check(request)
    let root = try RequestDocument.parse(request.payload, root: "PriorityQosConfiguration")
    let known = [
      "PriorityCount", "DefaultPriorityLevel", "DefaultGuaranteedQosConfiguration",
      "QosPriorityLevelConfiguration",
    ]
    guard root.children.allSatisfy({ known.contains($0.name) }),
      known.dropLast().allSatisfy({ root.all($0).count <= 1 })
    else { throw S3Error(.malformedXML) }
    var levels: [PriorityPlan.Level] = []
    for element in root.all("QosPriorityLevelConfiguration") {
      levels.append(try level(element, place, configuration, isRequester))
    }
    return PriorityPlan(
      count: try number(root, "PriorityCount"), defaultLevel: try number(root, "DefaultPriorityLevel"),
      defaultGuarantees: try guarantees(root, "DefaultGuaranteedQosConfiguration"), levels: levels)
  }

  private static func level(
    _ element: XMLElement, _ place: PriorityPlan.Place, _ configuration: FlowConfiguration,
    _ isRequester: (String) -> Bool
  ) throws(S3Error) -> PriorityPlan.Level {
    let known = ["PriorityLevel", "GuaranteedQosConfiguration", "Subjects"]
    guard element.children.allSatisfy({ known.contains($0.name) }),
      known.allSatisfy({ element.all($0).count <= 1 })
    else { throw S3Error(.malformedXML) }
    var subjects: [PriorityPlan.Subject] = []
    for child in element.first("Subjects")?.children ?? [] {
      subjects.append(try subject(child, place, configuration, isRequester))
    }
    return PriorityPlan.Level(
      number: try number(element, "PriorityLevel"),
      guarantees: try guarantees(element, "GuaranteedQosConfiguration"), subjects: subjects)
  }

  private static func subject(
    _ element: XMLElement, _ place: PriorityPlan.Place, _ configuration: FlowConfiguration,
    _ isRequester: (String) -> Bool
  ) throws(S3Error) -> PriorityPlan.Subject {
    let name = element.string
    switch (element.name, place.kind) {
    case ("Bucket", .buckets):
      let members = configuration.buckets(of: place.pool)
      guard let bucket = members.first(where: { $0.member.bucketName == name }) else {
        throw .invalidArgument("Bucket", name, "The bucket is not in that resource pool.")
      }
      return .bucket(bucket.id)
    case ("BucketGroup", .buckets): return .group(name)
    case ("Requester", .requesters):
      guard isRequester(name) else {
        throw .invalidArgument("Requester", name, "There is no user or account of that id.")
      }
      return .requester(name)
    default: throw S3Error(.malformedXML)
    }
  }

  private static func number(_ element: XMLElement, _ name: String) throws(S3Error) -> UInt8 {
    guard let text = element.string(name) else { throw S3Error(.malformedXML) }
    guard let number = UInt8(text) else {
      throw .invalidArgument(name, text, "\(name) is a number from 1 to 10.")
    }
    return number
  }

  private static func guarantees(_ element: XMLElement, _ name: String) throws(S3Error) -> BandwidthLimits? {
    guard let found = element.first(name) else { return nil }
    return try QoSDocument.rates(found)
  }

  /// Writes a plan.
  static func document(_ plan: PriorityPlan, _ configuration: FlowConfiguration) -> XMLWriter {
    var xml = XMLWriter(capacity: 1024 + 512 * plan.levels.count)
    xml.open("PriorityQosConfiguration")
    xml.element("PriorityCount", plan.count)
    xml.element("DefaultPriorityLevel", plan.defaultLevel)
    write(plan.defaultGuarantees, "DefaultGuaranteedQosConfiguration", to: &xml)
    for level in plan.levels {
      xml.open("QosPriorityLevelConfiguration")
      xml.element("PriorityLevel", level.number)
      write(level.guarantees, "GuaranteedQosConfiguration", to: &xml)
      xml.open("Subjects")
      for subject in level.subjects {
        switch subject {
        case .bucket(let id): xml.element("Bucket", configuration.members[id]?.bucketName ?? "")
        case .group(let name): xml.element("BucketGroup", name)
        case .requester(let id): xml.element("Requester", id)
        }
      }
      xml.close("Subjects")
      xml.close("QosPriorityLevelConfiguration")
    }
    xml.close("PriorityQosConfiguration")
    return xml
  }

  private static func write(_ rates: BandwidthLimits?, _ name: StaticString, to xml: inout XMLWriter) {
    guard let rates else { return }
    xml.open(name)
    QoSDocument.write(rates, to: &xml)
    xml.close(name)
  }
}

extension QoSEdit {
  /// Sets the priorities of a pool.
  static func set(_ plan: PriorityPlan, at place: PriorityPlan.Place, minimum: UInt64) -> QoSEdit {
    QoSEdit(
      summary:
        "pool \(place.pool): priorities of \(place.kind), \(plan.count) levels, default \(plan.defaultLevel)"
    ) { (before) throws(FlowError) in
      try PriorityRules.check(plan, at: place, in: before, minimum: minimum)
      return .plan(place, plan)
    }
  }

  /// Takes the priorities of a pool away.
  static func clear(_ place: PriorityPlan.Place) -> QoSEdit {
    QoSEdit(summary: "pool \(place.pool): priorities of \(place.kind) taken away") { (_) throws(FlowError) in
      .plan(place, nil)
    }
  }
}
