import HTTP
import Objects
import Primitives
import Ring
import Volumes

/// `/v1/volumes`: what `weir volume` asks of a running server. GET lists the volumes; PUT of `/v1/volumes/NAME` with
/// `{"state":…}` says what is to become of one.
struct VolumeEndpoints {
  let objects: ObjectStore
  let volumes: VolumeSet
  let rings: RingGroup

  private struct NewState: Decodable {
    let state: String

    static let form = "{\"state\":\"active\"}, draining or removed"
  }

  func answer(_ call: AdminCall) async throws(AdminProblem) -> AdminAnswer {
    guard let name = call.path.dropFirst().first else {
      guard call.method == .get else { throw call.use("GET") }
      var reply = JSONObject()
      var list: [String] = []
      for member in volumes.members { list.append(await json(member)) }
      reply.add("volumes", list: list)
      return .json(reply.json)
    }
    guard call.path.count == 2 else { throw call.nothing }
    guard let member = volumes.member(named: name) else {
      throw AdminProblem(404, "there is no volume \(name): weir volume list shows them")
    }
    switch call.method {
    case .get: break
    case .put:
      let wanted = try call.decode(NewState.self, NewState.form)
      guard let state = VolumeState.allCases.first(where: { $0.word == wanted.state }) else {
        throw AdminProblem(400, "the body must be \(NewState.form)")
      }
      try check(member, state)
      try await inWords { () async throws(ObjectError) in try await objects.setState(state, of: member) }
    default: throw call.use("GET or PUT")
    }
    return .json(await json(member))
  }

  /// Refuses what would lose data, or leave a class without a place.
  private func check(_ member: VolumeMember, _ state: VolumeState) throws(AdminProblem) {
    if state == member.state { return }
    guard member.number != VolumeSet.mainNumber else {
      throw AdminProblem(409, "main lies in the data directory, with the journal: it stays")
    }
    switch state {
    case .active:
      guard member.state != .removed else {
        throw AdminProblem(409, "\(member.name) was removed: it can only be made anew, under another name")
      }
    case .draining:
      guard member.state == .active else { throw AdminProblem(409, "\(member.name) was removed") }
      let placements = objects.limits.placements
      for storageClass in placements.classes(on: member.number) {
        let others = placements[storageClass].filter { number in
          number != member.number && volumes.member(number)?.state == .active
        }
        guard others.isEmpty else { continue }
        throw AdminProblem(
          409,
          "nothing else is left for the class \(storageClass.name): name another volume in classes.…_volumes and"
            + " restart first")
      }
    case .removed:
      let statistics = member.store.statistics()
      guard member.state == .draining, statistics.liveBytes == 0, statistics.openWriters == 0 else {
        throw AdminProblem(
          409,
          "\(member.name) holds \(ByteCount(statistics.liveBytes).approximate) of data: weir volume drain"
            + " \(member.name) moves it to others")
      }
    }
  }

  private func json(_ member: VolumeMember) async -> String {
    let store = member.store
    let statistics = await rings.blocking.run { store.statistics() }
    var object = JSONObject()
    object.add("name", member.name)
    object.add("number", UInt64(member.number))
    object.add("id", store.identity.id.description)
    object.add("directory", member.directory)
    object.add("state", member.state.word)
    object.add(
      "classes",
      list: objects.limits.placements.classes(on: member.number).map { JSONText.quoted("\($0.name)") })
    object.add("live_bytes", statistics.liveBytes)
    object.add("dead_bytes", statistics.deadBytes)
    object.add("segments", UInt64(max(0, statistics.segments)))
    object.add("disk_free_bytes", statistics.diskFreeBytes)
    object.add("disk_bytes", statistics.diskTotalBytes)
    object.add("damaged_reads", statistics.damagedReads)
    object.add("segment_failures", statistics.segmentFailures)
    object.add("read_only_reason", statistics.readOnlyReason)
    return object.json
  }
}
