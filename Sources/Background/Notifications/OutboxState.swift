import Primitives

/// What waits for webhooks, in memory: where each delivery is in the metadata, and when it is due.
struct OutboxState: Sendable {
  struct Waiting: Hashable, Comparable, Sendable {
    let due: Timestamp
    let event: [UInt8]

    static func < (a: Waiting, b: Waiting) -> Bool {
      a.due == b.due ? a.event.lexicographicallyPrecedes(b.event) : a.due < b.due
    }
  }

  /// One webhook, and what there is for it.
  struct Box: Sendable {
    let hook: Webhook
    /// By due time.
    var queue: [Waiting] = []
    /// Events that it did not take, the oldest first.
    var dead: [[UInt8]] = []

    init(_ hook: Webhook) { self.hook = hook }

    mutating func enqueue(_ waiting: Waiting) {
      var (low, high) = (0, queue.count)
      while low < high {
        let middle = (low + high) / 2
        if queue[middle] < waiting { low = middle + 1 } else { high = middle }
      }
      queue.insert(waiting, at: low)
    }

    mutating func dequeue(_ event: [UInt8]) { queue.removeAll { $0.event == event } }
  }

  /// By name.
  var boxes: [String: Box] = [:]
  var counts = OutboxCounts()

  /// The webhook of a delivery, if it is still the one.
  mutating func with(_ hook: Webhook, _ body: (inout Box) -> Void) {
    guard var box = boxes[hook.name], box.hook.id == hook.id else { return }
    boxes[hook.name] = nil
    body(&box)
    boxes[hook.name] = box
  }
}

/// What has been delivered since the start.
package struct OutboxCounts: Sendable {
  package var delivered: UInt64 = 0
  /// Attempts that failed.
  package var failures: UInt64 = 0
  /// Deliveries that were given up.
  package var dead: UInt64 = 0
  /// Events that were not queued, since a webhook's queue was full.
  package var dropped: UInt64 = 0
}
