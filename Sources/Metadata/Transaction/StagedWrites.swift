/// The writes of one closure, kept aside until it returns: dropping them is all that an abort takes.
///
/// Most closures write one to three keys, so a search through the list beats hashing; a long list gets an
/// index.
struct StagedWrites {
  struct Write {
    let key: KeyBytes
    /// Nil deletes the key.
    var value: [UInt8]?
  }
  struct Counter {
    let key: KeyBytes
    var delta: Int64
  }

  private(set) var writes: [Write] = []
  private(set) var counters: [Counter] = []
  private var index: [KeyBytes: Int] = [:]
  private static let indexThreshold = 12

  init() {
    writes.reserveCapacity(16)
  }

  /// The last write to a key, or nil when it has none (a deletion is a write whose value is nil).
  func write(for key: [UInt8]) -> Write? {
    position(of: KeyBytes(key)).map { writes[$0] }
  }

  func counterDelta(for key: [UInt8]) -> Int64? {
    let wanted = KeyBytes(key)
    return counters.first { $0.key == wanted }?.delta
  }

  mutating func put(_ key: [UInt8], _ value: [UInt8]?) {
    let wanted = KeyBytes(key)
    if !counters.isEmpty { counters.removeAll { $0.key == wanted } }
    if let position = position(of: wanted) {
      writes[position].value = value
      return
    }
    writes.append(Write(key: wanted, value: value))
    if writes.count > Self.indexThreshold { extendIndex() }
  }

  /// A counter written as a plain value in the same closure moves as that value.
  mutating func add(_ key: [UInt8], _ delta: Int64) {
    let wanted = KeyBytes(key)
    if let position = position(of: wanted) {
      let before = writes[position].value.map(CounterValue.decode) ?? 0
      guard let before else { preconditionFailure("a counter was put as something else") }
      writes[position].value = CounterValue.encode(before &+ delta)
    } else if let position = counters.firstIndex(where: { $0.key == wanted }) {
      counters[position].delta &+= delta
    } else {
      counters.append(Counter(key: wanted, delta: delta))
    }
  }

  func writes(withPrefix prefix: [UInt8]) -> [(key: [UInt8], value: [UInt8]?)] {
    writes.lazy.filter { $0.key.bytes.starts(with: prefix) }.map { (key: $0.key.bytes, value: $0.value) }
  }

  mutating func removeAll() {
    writes.removeAll(keepingCapacity: writes.count <= 64)
    counters.removeAll(keepingCapacity: counters.count <= 64)
    if !index.isEmpty { index = [:] }
  }

  private func position(of key: KeyBytes) -> Int? {
    index.isEmpty ? writes.firstIndex { $0.key == key } : index[key]
  }

  private mutating func extendIndex() {
    if index.isEmpty {
      for (position, write) in writes.enumerated() { index[write.key] = position }
    } else if let last = writes.last {
      index[last.key] = writes.count - 1
    }
  }
}
