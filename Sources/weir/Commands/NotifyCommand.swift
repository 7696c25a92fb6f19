import ArgumentParser
import Foundation
import Primitives

/// `weir notify`: webhooks that events are sent to.
struct NotifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notify", abstract: "Send events to webhooks.",
    discussion: "Which events there are, and what a receiver gets: docs/events.md.",
    subcommands: [Add.self, List.self, Remove.self, Test.self, Dead.self])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add a webhook.",
      discussion:
        "The secret that events are signed with is made by the server and printed this once, unless a file has one."
    )

    @OptionGroup var admin: AdminOptions
    @Option(
      name: .customLong("type"),
      help:
        "A type of events that it wants, such as weir.flow.*; again for more. Without one it gets all."
    )
    var types: [String] = []
    @Option(help: "A file with the secret: 24 to 64 bytes, or whsec_ and the Base64 of so many.")
    var secretFile: String?
    @Argument(help: "The webhook's name.")
    var name: String
    @Argument(help: "http://… or https://…")
    var url: String

    func run() throws {
      var body = JSONBody()
      body.add("name", name)
      body.add("url", url)
      body.add("types", json: "[\(types.map { JSONText.quoted($0) }.joined(separator: ","))]")
      if let secretFile {
        let text = try String(contentsOfFile: secretFile, encoding: .utf8)
        body.add("secret", text.trimmingCharacters(in: .whitespacesAndNewlines))
      }
      let reply = try admin.client().call(
        "POST", AdminClient.target(["notify", "hooks"]), body: body.text)
      if admin.json { return print(reply) }
      let hook = try Reply.decode(Reply.Hook.self, reply)
      print("added \(hook.name)")
      if let secret = hook.secret { print("secret: \(secret)") }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show all webhooks.")

    @OptionGroup var admin: AdminOptions

    func run() throws {
      let reply = try admin.client().call("GET", AdminClient.target(["notify", "hooks"]))
      if admin.json { return print(reply) }
      let hooks = try Reply.decode(Reply.Hooks.self, reply).hooks
      if hooks.isEmpty { return print("there is no webhook") }
      var table = TextTable(columns: ["NAME", "URL", "TYPES", "WAITING", "DEAD"])
      for hook in hooks {
        table.add([
          hook.name, hook.url, hook.types.isEmpty ? "all" : hook.types.joined(separator: " "),
          "\(hook.waiting)", "\(hook.dead)",
        ])
      }
      print(table.text, terminator: "")
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove a webhook, with all that waits for it.")

    @OptionGroup var admin: AdminOptions
    @Argument(help: "The webhook's name.")
    var name: String

    func run() throws {
      let reply = try admin.client().call("DELETE", AdminClient.target(["notify", "hooks", name]))
      print(admin.json ? reply : "removed \(name)")
    }
  }

  struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Send an event of the type weir.test at once, and say what came of it.")

    @OptionGroup var admin: AdminOptions
    @Argument(help: "The webhook's name.")
    var name: String

    func run() throws {
      let reply = try admin.client().call(
        "POST", AdminClient.target(["notify", "hooks", name, "test"]))
      let result = try Reply.decode(Reply.HookTest.self, reply)
      print(
        admin.json
          ? reply
          : "\(result.delivered ? "delivered" : "not delivered"): \(result.result), \(result.milliseconds) ms"
      )
      if !result.delivered { throw ExitCode.failure }
    }
  }

  /// `weir notify dead`: what webhooks did not take.
  struct Dead: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show, send again or forget what a webhook did not take.",
      subcommands: [List.self, Retry.self, Clear.self])

    struct Options: ParsableArguments {
      @Option(help: "Only the event of this id.")
      var event: String?
      @Argument(help: "The webhook's name.")
      var name: String

      var target: String {
        AdminClient.target(["notify", "hooks", name, "dead"], event.map { [("event", $0)] } ?? [])
      }
    }

    struct List: ParsableCommand {
      static let configuration = CommandConfiguration(abstract: "Show them, the oldest first.")

      @OptionGroup var admin: AdminOptions
      @OptionGroup var options: Options

      func run() throws {
        let reply = try admin.client().call("GET", options.target)
        if admin.json { return print(reply) }
        let events = try Reply.decode(Reply.DeadEvents.self, reply).events
        if events.isEmpty { return print("there is nothing") }
        var table = TextTable(columns: ["ID", "TIME", "TYPE", "SUBJECT", "ATTEMPTS", "PROBLEM"])
        for event in events {
          table.add([
            event.id, event.time, event.type, event.subject, "\(event.attempts)", event.problem,
          ])
        }
        print(table.text, terminator: "")
      }
    }

    struct Retry: ParsableCommand {
      static let configuration = CommandConfiguration(abstract: "Send them again.")

      @OptionGroup var admin: AdminOptions
      @OptionGroup var options: Options

      func run() throws {
        let reply = try admin.client().call("POST", options.target)
        print(
          admin.json ? reply : "queued \(try Reply.decode(Reply.DeadCount.self, reply).queued ?? 0)"
        )
      }
    }

    struct Clear: ParsableCommand {
      static let configuration = CommandConfiguration(abstract: "Forget them.")

      @OptionGroup var admin: AdminOptions
      @OptionGroup var options: Options

      func run() throws {
        let reply = try admin.client().call("DELETE", options.target)
        print(
          admin.json
            ? reply : "forgot \(try Reply.decode(Reply.DeadCount.self, reply).forgotten ?? 0)")
      }
    }
  }
}

extension Reply {
  struct Hook: Decodable {
    let name, url: String
    let types: [String]
    let waiting, dead: Int
    let secret: String?
  }
  struct Hooks: Decodable { let hooks: [Hook] }
  struct HookTest: Decodable {
    let delivered: Bool
    let result: String
    let milliseconds: Int
  }
  struct DeadEvents: Decodable {
    struct Event: Decodable {
      let id, time, type, subject, problem: String
      let attempts: Int
    }
    let events: [Event]
  }
  struct DeadCount: Decodable {
    let queued, forgotten: Int?
  }
}
