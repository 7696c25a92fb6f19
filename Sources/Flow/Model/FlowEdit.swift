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
}

extension FlowConfiguration {
  /// What this is after a change, and the rows that keep it.
  package func applying(_ edit: FlowEdit) throws(FlowError) -> (FlowConfiguration, [FlowRow]) {
    var next = self
    next.generation += 1
    var rows = [FlowRow(generation: next.generation)]
    switch edit {
    case .createPool(let name, let settings, let time):
      try FlowRules.checkName(name, of: "pool")
      guard pools[name] == nil else { throw .poolExists(name) }
      guard pools.count < Self.poolsMax else { throw .limitExceeded("pools", Self.poolsMax) }
      next.pools[name] = Pool(created: time)
      rows.append(FlowRow(pool: name, next.pools[name]))
      try next.set(.pool(name), NodeRecord(settings), &rows)
    case .deletePool(let name):
      guard pools[name] != nil else { throw .noSuchPool(name) }
      let count = buckets(of: name).count
      guard count == 0 else { throw .poolInUse(name, buckets: count) }
      next.pools[name] = nil
      rows.append(FlowRow(pool: name, nil))
      for node in nodes.keys where node.pool == name { next.forget(node, &rows) }
    case .place(let bucket, let name, let pool, let group, let time):
      try next.place(bucket, name, pool, group, time, &rows)
    case .remove(let bucket, let name, let pool):
      guard pools[pool] != nil else { throw .noSuchPool(pool) }
      guard members[bucket]?.pool == pool else { throw .notInPool(bucket: name) }
      next.members[bucket] = nil
      rows.append(FlowRow(bucket: bucket, nil))
    case .set(let node, let record):
      if let pool = node.pool, pools[pool] == nil { throw .noSuchPool(pool) }
      try next.set(node, record, &rows)
    }
    return (next, rows)
  }

  private mutating func place(
    _ bucket: UInt64, _ name: String, _ pool: String, _ group: String?, _ time: Timestamp,
    _ rows: inout [FlowRow]
  ) throws(FlowError) {
    guard pools[pool] != nil else { throw .noSuchPool(pool) }
    if let group {
      try FlowRules.checkName(group, of: "bucket group")
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
    if record.settings.isEmpty { return forget(node, &rows) }
    nodes[node] = record
    try FlowRules.check(node, in: self)
    rows.append(FlowRow(node, record))
  }

  private mutating func forget(_ node: FlowNode, _ rows: inout [FlowRow]) {
    guard nodes.removeValue(forKey: node) != nil else { return }
    rows.append(FlowRow(node, nil))
  }
}
