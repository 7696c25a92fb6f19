/// Where requests stand among others: whose guarantees they may use, and when they are served beyond those.
struct FlowStanding: Sendable {
  /// What has a guarantee.
  enum Promise: Hashable, Sendable {
    case node(FlowNode)
    case level(PriorityLevelID)
  }

  /// Those whose guarantees count: the group's in place of its bucket's, and then the requester's.
  private(set) var promises: [Promise] = []
  /// Higher ones are served first: that of the group or else of the bucket, and within that of the requester.
  let priority: Int

  /// Of requests of a user at a bucket. What was set at a node by itself comes before the level that its pool's
  /// plan puts it on.
  init(bucket: UInt64?, user: String, in configuration: FlowConfiguration) {
    let member = bucket.flatMap { configuration.members[$0] }
    var priorities = (subject: UInt8?.none, requester: UInt8?.none)
    var subjects: [Promise] = []
    var requesters: [Promise] = []
    for node in configuration.nodes(bucket: bucket, user: user) {
      guard let settings = configuration.nodes[node]?.settings else { continue }
      let isPromising = !settings.guarantees.isEmpty
      switch node {
      case .server, .background, .pool: break
      case .group:
        priorities.subject = settings.priority
        if isPromising { subjects.append(.node(node)) }
      case .bucket:
        priorities.subject = priorities.subject ?? settings.priority
        if isPromising, member?.group == nil { subjects.append(.node(node)) }
      case .poolRequester, .bucketRequester:
        priorities.requester = settings.priority ?? priorities.requester
        if isPromising { requesters.append(.node(node)) }
      }
    }
    if let member, let bucket {
      let listed = (member.group.map { [PriorityPlan.Subject.group($0)] } ?? []) + [.bucket(bucket)]
      Self.fill(
        &subjects, &priorities.subject, .init(pool: member.pool, kind: .buckets), listed, configuration)
      Self.fill(
        &requesters, &priorities.requester, .init(pool: member.pool, kind: .requesters), [.requester(user)],
        configuration)
    }
    promises = subjects + requesters
    priority = Int(max(1, priorities.subject ?? 1)) * 16 + Int(max(1, priorities.requester ?? 1))
  }

  private static func fill(
    _ promises: inout [Promise], _ priority: inout UInt8?, _ place: PriorityPlan.Place,
    _ subjects: [PriorityPlan.Subject], _ configuration: FlowConfiguration
  ) {
    guard let plan = configuration.plans[place] else { return }
    let level = plan.level(of: subjects)
    priority = priority ?? level
    if promises.isEmpty { promises.append(.level(PriorityLevelID(place: place, number: level))) }
  }
}
