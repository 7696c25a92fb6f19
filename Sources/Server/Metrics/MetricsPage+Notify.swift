import Background

extension MetricsPage {
  /// What is delivered to webhooks. There are at most `Outbox.hooksMax` of them.
  static func write(_ outbox: Outbox, to text: inout MetricsText) {
    let counts = outbox.counts
    text.singles(
      .counter,
      [
        ("weir_notify_delivered_total", "Events that webhooks have taken.", counts.delivered),
        ("weir_notify_failures_total", "Calls of webhooks that failed.", counts.failures),
        ("weir_notify_given_up_total", "Events that were given up.", counts.dead),
        (
          "weir_notify_dropped_total", "Events that were not queued, since too many waited.",
          counts.dropped
        ),
      ])
    let hooks = outbox.hooks
    text.family("weir_notify_waiting", .gauge, "Events that wait for a webhook.")
    for entry in hooks {
      text.sample("weir_notify_waiting", [("webhook", entry.hook.name)], UInt64(entry.waiting))
    }
    text.family(
      "weir_notify_dead", .gauge, "Events that a webhook did not take, and that are kept.")
    for entry in hooks {
      text.sample("weir_notify_dead", [("webhook", entry.hook.name)], UInt64(entry.dead))
    }
  }
}
