/// What traffic is counted against. A request passes the server, the pool and the group of its bucket, the bucket, and
/// whoever asks, at the bucket and at the pool.
package enum FlowNode: Hashable, Sendable {
  case server
  /// What the server does by itself. Comes after everybody else, and counts against nobody.
  case background
  case pool(String)
  case group(pool: String, name: String)
  /// A bucket by its id.
  case bucket(UInt64)
  /// A user, by id, at all buckets of a pool.
  case poolRequester(pool: String, user: String)
  /// A user, by id, at one bucket.
  case bucketRequester(bucket: UInt64, user: String)

  /// The kind's word in the admin API and metrics.
  package var kind: String {
    switch self {
    case .server: "server"
    case .background: "background"
    case .pool: "pool"
    case .group: "group"
    case .bucket: "bucket"
    case .poolRequester, .bucketRequester: "requester"
    }
  }

  /// `pool ai`, `group ai/training`, `requester alice at pool ai`; `record` has the names of bucket and user.
  package func name(_ record: NodeRecord) -> String {
    switch self {
    case .server: "server"
    case .background: "background"
    case .pool(let name): "pool \(name)"
    case .group(let pool, let name): "group \(pool)/\(name)"
    case .bucket: "bucket \(record.bucketName)"
    case .poolRequester(let pool, _): "requester \(record.userName) at pool \(pool)"
    case .bucketRequester: "requester \(record.userName) at bucket \(record.bucketName)"
    }
  }

  /// The pool that it lies in, if it lies in one by its name.
  package var pool: String? {
    switch self {
    case .pool(let name), .group(let name, _), .poolRequester(let name, _): name
    case .server, .background, .bucket, .bucketRequester: nil
    }
  }
}

extension FlowNode {
  /// The bucket that it is about, by id.
  package var bucket: UInt64? {
    switch self {
    case .bucket(let id), .bucketRequester(let id, _): id
    case .server, .background, .pool, .group, .poolRequester: nil
    }
  }

  /// The user that it is about, by id.
  package var user: String? {
    switch self {
    case .poolRequester(_, let id), .bucketRequester(_, let id): id
    case .server, .background, .pool, .group, .bucket: nil
    }
  }
}

/// A node's settings, and what its bucket and its user are called.
package struct NodeRecord: Hashable, Sendable {
  package var settings: NodeSettings
  /// The bucket's name; empty for a node without a bucket.
  package var bucketName: String
  /// The user's name; empty for a node without a user.
  package var userName: String

  package init(_ settings: NodeSettings, bucketName: String = "", userName: String = "") {
    self.settings = settings
    self.bucketName = bucketName
    self.userName = userName
  }
}
