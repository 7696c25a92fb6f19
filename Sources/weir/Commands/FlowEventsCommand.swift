import ArgumentParser
import Primitives

extension FlowCommand {
  /// `weir flow events`.
  struct Events: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show which limits were nearly or wholly used up, the newest first.",
      discussion: "What counts as such: flow.report_threshold and flow.event_after of the configuration.")

    @OptionGroup var admin: AdminOptions
    @Flag(help: "Only those that are not over.")
    var open = false
    @Option(help: "How many, at most.")
    var limit = 100

    func validate() throws {
      guard limit > 0 else { throw ValidationError("--limit is at least 1") }
    }

    func run() throws {
      let target = AdminClient.target(
        ["flow", "events"], [("limit", "\(limit)")] + (open ? [("open", "true")] : []))
      let reply = try admin.client().call("GET", target)
      if admin.json { return print(reply) }
      let events = try Reply.decode(Reply.FlowEvents.self, reply).events
      if events.isEmpty { return print("no limit was crossed") }
      var table = TextTable(columns: ["START", "END", "EVENT", "LEVEL", "WHO", "SCOPE", "LIMIT", "PEAK"])
      for event in events {
        table.add([
          event.start, event.end ?? "-", event.name, event.level, event.subject, event.scope,
          event.rate(event.limit), event.rate(event.peak),
        ])
      }
      print(table.text, terminator: "")
    }
  }
}

extension Reply {
  struct FlowEvents: Decodable {
    struct Event: Decodable {
      let name, level, subject, scope, unit, start: String
      let end: String?
      let limit, peak: UInt64

      func rate(_ value: UInt64) -> String {
        unit == "bytes/s" ? FlowTable.rate(value) : "\(value)/s"
      }
    }

    let events: [Event]
  }
}
