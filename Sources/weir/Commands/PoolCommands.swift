import ArgumentParser
import Server

/// `weir pool`: buckets that share a bandwidth.
struct PoolCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pool", abstract: "Make resource pools, limit them, and put buckets into them.",
    subcommands: [Create.self, List.self, Set.self, Delete.self, AddBucket.self, RemoveBucket.self])

  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a pool.")

    @OptionGroup var admin: AdminOptions
    @OptionGroup var limits: FlowLimitOptions
    @Argument(help: "2 to 30 of a-z, 0-9 and -")
    var name: String

    func run() throws {
      var body = JSONBody()
      body.add("name", name)
      if let json = limits.json { body.add("limits", json: json) }
      let reply = try admin.client().call("POST", limits.change.target(["pools"]), body: body.text)
      if admin.json { return print(reply) }
      let made = try Reply.decode(Reply.Flow.self, reply).nodes.first { $0.name == "pool \(name)" }
      print(limits.change.told("pool \(name): \(made?.summary ?? "no limits")"))
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the pools and their buckets.")

    @OptionGroup var admin: AdminOptions

    func run() throws {
      let reply = try admin.client().call("GET", AdminClient.target(["flow"]))
      if admin.json { return print(reply) }
      print(FlowTable.pools(try Reply.decode(Reply.Flow.self, reply)), terminator: "")
    }
  }

  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Limit a pool.")

    @OptionGroup var admin: AdminOptions
    @OptionGroup var limits: FlowLimitOptions
    @Argument(help: "The pool's name.")
    var name: String

    func run() throws {
      var node = JSONBody()
      node.add("kind", "pool")
      node.add("pool", name)
      try limits.set(node, admin, shown: "pool", name)
    }
  }

  struct Delete: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Delete a pool without buckets, with the limits of its groups and requesters.")

    @OptionGroup var admin: AdminOptions
    @OptionGroup var change: FlowChangeOptions
    @Argument(help: "The pool's name.")
    var name: String

    func run() throws {
      let reply = try admin.client().call("DELETE", change.target(["pools", name]))
      print(admin.json ? reply : change.told("deleted pool \(name)"))
    }
  }

  struct AddBucket: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add-bucket",
      abstract: "Put a bucket into a pool, or move one that is there to another group.")

    @OptionGroup var admin: AdminOptions
    @OptionGroup var change: FlowChangeOptions
    @Option(help: "The group of the pool that the bucket is in; none takes it out of its group.")
    var group: String?
    @Argument(help: "The pool's name.")
    var pool: String
    @Argument(help: "The bucket's name.")
    var bucket: String

    func run() throws {
      var body = JSONBody()
      body.add("group", group == "none" ? "" : group)
      let target = change.target(["pools", pool, "buckets", bucket])
      let reply = try admin.client().call("PUT", target, body: body.text)
      if admin.json { return print(reply) }
      let pools = try Reply.decode(Reply.Flow.self, reply).pools
      let placed = pools.first { $0.name == pool }?.buckets.first { $0.name == bucket }
      let place = ([pool] + [placed?.group].compactMap { $0 }).joined(separator: "/")
      print(change.told("bucket \(bucket) is in \(place)"))
    }
  }

  struct RemoveBucket: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "remove-bucket", abstract: "Take a bucket out of a pool.")

    @OptionGroup var admin: AdminOptions
    @OptionGroup var change: FlowChangeOptions
    @Argument(help: "The pool's name.")
    var pool: String
    @Argument(help: "The bucket's name.")
    var bucket: String

    func run() throws {
      let target = change.target(["pools", pool, "buckets", bucket])
      let reply = try admin.client().call("DELETE", target)
      print(admin.json ? reply : change.told("took \(bucket) out of \(pool)"))
    }
  }
}

/// `weir group`: groups of a pool's buckets.
struct GroupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "group", abstract: "Limit groups of a pool's buckets.", subcommands: [Set.self])

  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Limit a group, or guarantee it something.")

    @OptionGroup var admin: AdminOptions
    @OptionGroup var limits: FlowLimitOptions
    @Argument(help: "POOL/GROUP")
    var group: String

    func run() throws {
      let parts = group.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else { throw ValidationError("\(group): write POOL/GROUP") }
      var node = JSONBody()
      node.add("kind", "group")
      node.add("pool", parts[0])
      node.add("group", parts[1])
      try limits.set(node, admin, shown: "group", group)
    }
  }
}

/// `weir requester`: users at a pool or a bucket.
struct RequesterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "requester", abstract: "Limit users at a pool or a bucket.", subcommands: [Limit.self])

  struct Limit: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Limit a user, or guarantee it something, at all buckets of a pool together or at one bucket."
    )

    @OptionGroup var admin: AdminOptions
    @OptionGroup var limits: FlowLimitOptions
    @Option(help: "The pool.")
    var pool: String?
    @Option(help: "The bucket.")
    var bucket: String?
    @Argument(help: "The user's name, or root.")
    var user: String

    func validate() throws {
      if (pool == nil) == (bucket == nil) { throw ValidationError("give --pool or --bucket") }
    }

    func run() throws {
      var node = JSONBody()
      node.add("kind", "requester")
      node.add("user", user)
      node.add("pool", pool)
      node.add("bucket", bucket)
      let place = pool.map { "pool \($0)" } ?? "bucket \(bucket ?? "")"
      try limits.set(node, admin, shown: "requester", "\(user) at \(place)")
    }
  }
}
