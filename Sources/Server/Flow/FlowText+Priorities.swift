import Flow
import Primitives

extension FlowText {
  /// The priorities of all pools, in a fixed order: every level, what is guaranteed to it, and who is on it.
  static func priorities(_ configuration: FlowConfiguration) -> [String] {
    configuration.plans.sorted { ($0.key.pool, $0.key.kind.rawValue) < ($1.key.pool, $1.key.kind.rawValue) }
      .map { place, plan in
        var object = JSONObject()
        object.add("pool", place.pool)
        object.add("of", "\(place.kind)")
        object.add("default_level", plan.defaultLevel)
        object.add("levels", list: (1...plan.count).map { level($0, of: plan, configuration) })
        return object.json
      }
  }

  private static func level(
    _ number: UInt8, of plan: PriorityPlan, _ configuration: FlowConfiguration
  ) -> String {
    let guarantees = plan.guarantees(of: number)
    var object = JSONObject()
    object.add("level", number)
    object.add("guarantee_upload", guarantees[.upload, .total])
    object.add("guarantee_download", guarantees[.download, .total])
    object.add("guarantee_intranet_upload", guarantees[.upload, .intranet])
    object.add("guarantee_intranet_download", guarantees[.download, .intranet])
    object.add("guarantee_extranet_upload", guarantees[.upload, .extranet])
    object.add("guarantee_extranet_download", guarantees[.download, .extranet])
    let subjects = plan.levels.first { $0.number == number }?.subjects ?? []
    object.add(
      "members",
      list: subjects.map { subject in
        switch subject {
        case .bucket(let id): JSONText.quoted("bucket \(configuration.members[id]?.bucketName ?? "-")")
        case .group(let name): JSONText.quoted("group \(name)")
        case .requester(let id): JSONText.quoted("requester \(id)")
        }
      })
    return object.json
  }
}
