import ArgumentParser
import Glibc
import Primitives
import Server

/// `weir volume`: the disks that objects lie on.
struct VolumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "volume", abstract: "Show the volumes that objects lie on, and empty them.",
    discussion: """
      Volumes are added by volumes.directories in the configuration, and classes are put on them by classes.…_volumes.
      """,
    subcommands: [List.self, Drain.self, Remove.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the volumes: what lies on them, what is free, which classes use them.")

    @OptionGroup var admin: AdminOptions

    func run() throws {
      let reply = try admin.client().call("GET", AdminClient.target(["volumes"]))
      if admin.json { return print(reply) }
      var table = TextTable(columns: [
        "VOLUME", "STATE", "DATA", "DEAD", "FREE", "OF", "CLASSES", "DIRECTORY",
      ])
      for volume in try Reply.decode(Reply.Volumes.self, reply).volumes { table.add(volume.row) }
      print(table.text, terminator: "")
    }
  }

  struct Drain: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Move everything off a volume, and write nothing to it any more.",
      discussion: """
        The server goes on with it by itself, after a restart too. When nothing is left, weir volume remove lets the \
        volume go.
        """)

    @OptionGroup var admin: AdminOptions
    @Flag(help: "Use the volume again; what has been moved stays where it is.")
    var cancel = false
    @Flag(help: "Wait until the volume is empty.")
    var wait = false
    @Flag(help: "Only say how much would be moved.")
    var dryRun = false
    @Argument(help: "The volume's name.")
    var name: String

    func run() throws {
      let client = try admin.client()
      let target = AdminClient.target(["volumes", name])
      var reply = try client.call("GET", target)
      if dryRun {
        let volume = try Reply.decode(Reply.Volume.self, reply)
        return print(
          admin.json ? reply : "would move \(ByteCount(volume.live_bytes).approximate) off \(volume.name)")
      }
      reply = try client.call(
        "PUT", target, body: "{\"state\":\"\(cancel ? "active" : "draining")\"}")
      if wait && !cancel { reply = try waitUntilEmpty(client, target, reply) }
      if admin.json { return print(reply) }
      let volume = try Reply.decode(Reply.Volume.self, reply)
      print("\(volume.name) is \(volume.state), \(ByteCount(volume.live_bytes).approximate) of data on it")
    }

    /// Shows how much has been moved, until nothing is left.
    private func waitUntilEmpty(_ client: AdminClient, _ target: String, _ first: String) throws -> String {
      let line = ProgressLine()
      defer { line.clear() }
      var reply = first
      var volume = try Reply.decode(Reply.Volume.self, first)
      let total = volume.live_bytes
      while volume.live_bytes > 0 && volume.state == "draining" {
        line.show("draining", total - min(total, volume.live_bytes), total)
        usleep(200_000)
        reply = try client.call("GET", target)
        volume = try Reply.decode(Reply.Volume.self, reply)
      }
      return reply
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Let go of a volume that was drained and is empty.",
      discussion: "Then take its line out of volumes.directories. Its name and number are never used again.")

    @OptionGroup var admin: AdminOptions
    @Argument(help: "The volume's name.")
    var name: String

    func run() throws {
      let reply = try admin.client().call(
        "PUT", AdminClient.target(["volumes", name]), body: "{\"state\":\"removed\"}")
      if admin.json { return print(reply) }
      print("\(name) is removed: take it out of volumes.directories before the next start")
    }
  }
}

extension Reply {
  struct Volumes: Decodable {
    let volumes: [Volume]
  }

  struct Volume: Decodable {
    let name, directory, state: String
    let classes: [String]
    let live_bytes, dead_bytes, disk_free_bytes, disk_bytes: UInt64
    let read_only_reason: String?

    var row: [String] {
      [
        name, read_only_reason == nil ? state : "\(state), read only", ByteCount(live_bytes).approximate,
        ByteCount(dead_bytes).approximate, ByteCount(disk_free_bytes).approximate,
        ByteCount(disk_bytes).approximate, classes.isEmpty ? "-" : classes.joined(separator: ","),
        directory.isEmpty ? "(the data directory)" : directory,
      ]
    }
  }
}
