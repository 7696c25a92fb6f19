package import Primitives

/// One change of the configuration.
package enum FlowEdit: Sendable {
  /// Makes a pool.
  case createPool(String, NodeSettings, at: Timestamp)
  /// Deletes a pool that has no buckets, with its groups' and requesters' settings.
  case deletePool(String)
  /// Puts a bucket into a pool, and a group of it; one that is there already moves to the group.
  case place(bucket: UInt64, name: String, pool: String, group: String?, at: Timestamp)
  /// Takes a bucket out of its pool.
  case remove(bucket: UInt64, name: String, pool: String)
  /// Sets a node; without settings, forgets it. A pool stays.
  case set(FlowNode, NodeRecord)
  /// Sets a node, and remembers that it was set though it has no settings.
  case hold(FlowNode, NodeRecord)
  /// Forgets a bucket that is no more: its limits, its users', its place in a pool.
  case forgetBucket(UInt64)
  /// Forgets a user, by id, who is no more.
  case forgetUser(String)
  /// Sets the priorities of a pool; nil forgets them.
  case plan(PriorityPlan.Place, PriorityPlan?)
}

extension FlowConfiguration {
  /// What this is after a change, and the rows that keep it.
  package func applying(_ edit: FlowEdit) throws(FlowError) -> (FlowConfiguration, [FlowRow]) {
    var next = self
    next.generation += 1
    var rows = [FlowRow(generation: next.generation)]
    switch edit {
    case .createPool(let name, let settings, let time):
      try FlowRules.checkPoolName(name)
      guard pools[name] == nil else { throw .poolExists(name) }
      guard pools.count < Self.poolsMax else { throw .limitExceeded("pools", Self.poolsMax) }
      next.pools[name] = Pool(created: time)
      rows.append(FlowRow(pool: name, next.pools[name]))
      if !settings.isEmpty { try next.set(.pool(name), NodeRecord(settings), &rows) }
    case .deletePool(let name):
      guard pools[name] != nil else { throw .noSuchPool(name) }
      let count = buckets(of: name).count
      guard count == 0 else { throw .poolInUse(name, buckets: count) }
      next.pools[name] = nil
      rows.append(FlowRow(pool: name, nil))
      for node in nodes.keys where node.pool == name { next.forget(node, &rows) }
      for kind in PriorityPlan.Kind.allCases { next.set(.init(pool: name, kind: kind), nil, &rows) }
    case .place(let bucket, let name, let pool, let group, let time):
      try next.place(bucket, name, pool, group, time, &rows)
    case .remove(let bucket, let name, let pool):
      guard pools[pool] != nil else { throw .noSuchPool(pool) }
      guard members[bucket]?.pool == pool else { throw .notInPool(bucket: name) }
      next.members[bucket] = nil
      rows.append(FlowRow(bucket: bucket, nil))
      next.leave(.bucket(bucket), .init(pool: pool, kind: .buckets), &rows)
    case .set(let node, let record):
      if record.settings.isEmpty {
        if let pool = node.pool, pools[pool] == nil { throw .noSuchPool(pool) }
        next.forget(node, &rows)
      } else {
        try next.set(node, record, &rows)
      }
    case .hold(let node, let record): try next.set(node, record, &rows)
    case .forgetBucket(let id):
      for node in nodes.keys where node.bucket == id { next.forget(node, &rows) }
      guard let member = next.members.removeValue(forKey: id) else { break }
      rows.append(FlowRow(bucket: id, nil))
      next.leave(.bucket(id), .init(pool: member.pool, kind: .buckets), &rows)
    case .forgetUser(let id):
      for node in nodes.keys where node.user == id { next.forget(node, &rows) }
      for place in plans.keys { next.leave(.requester(id), place, &rows) }
    case .plan(let place, let plan):
      guard pools[place.pool] != nil else { throw .noSuchPool(place.pool) }
      next.set(place, plan, &rows)
      try FlowRules.checkGuarantees(of: place.pool, in: next)
    }
    return (next, rows)
  }

  private mutating func place(
    _ bucket: UInt64, _ name: String, _ pool: String, _ group: String?, _ time: Timestamp,
    _ rows: inout [FlowRow]
  ) throws(FlowError) {
    guard pools[pool] != nil else { throw .noSuchPool(pool) }
    if let group {
      try FlowRules.checkGroupName(group)
      let groups = groups(of: pool)
      guard groups.contains(group) || groups.count < Self.groupsOfPoolMax else {
        throw .limitExceeded("groups of a pool", Self.groupsOfPoolMax)
      }
    }
    if let member = members[bucket] {
      guard member.pool == pool else { throw .inOtherPool(bucket: name, pool: member.pool) }
      members[bucket]?.group = group
    } else {
      guard buckets(of: pool).count < Self.bucketsOfPoolMax else {
        throw .limitExceeded("buckets of a pool", Self.bucketsOfPoolMax)
      }
      members[bucket] = Member(bucketName: name, pool: pool, group: group, joined: time)
    }
    rows.append(FlowRow(bucket: bucket, members[bucket]))
  }

  private mutating func set(_ node: FlowNode, _ record: NodeRecord, _ rows: inout [FlowRow]) throws(FlowError)
  {
    if let pool = node.pool, pools[pool] == nil { throw .noSuchPool(pool) }
    nodes[node] = record
    try FlowRules.check(node, in: self)
    rows.append(FlowRow(node, record))
  }

  private mutating func set(_ place: PriorityPlan.Place, _ plan: PriorityPlan?, _ rows: inout [FlowRow]) {
    guard plans[place] != plan else { return }
    plans[place] = plan
    rows.append(FlowRow(place, plan))
  }

  /// Takes somebody out of a plan.
  private mutating func leave(
    _ subject: PriorityPlan.Subject, _ place: PriorityPlan.Place, _ rows: inout [FlowRow]
  ) {
    guard var plan = plans[place] else { return }
    plan.forget(subject)
    set(place, plan, &rows)
  }

  private mutating func forget(_ node: FlowNode, _ rows: inout [FlowRow]) {
    guard nodes.removeValue(forKey: node) != nil else { return }
    rows.append(FlowRow(node, nil))
  }
}
