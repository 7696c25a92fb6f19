import Testing

@testable import Metadata

@Suite struct OrderedBytesTests {
  @Test(arguments: [10, 700, 20_000])
  func matchesTheModel(_ range: Int) {
    var random = SystemRandomNumberGenerator()
    var entries = OrderedBytes()
    var model: [[UInt8]: [UInt8]] = [:]
    for step in 0..<20_000 {
      let key = CounterValue.encode(Int64.random(in: 0..<Int64(range), using: &random))
      if Int.random(in: 0..<3, using: &random) == 0 {
        entries.remove(key)
        model[key] = nil
      } else {
        entries.put(key, [UInt8(truncatingIfNeeded: step)])
        model[key] = [UInt8(truncatingIfNeeded: step)]
      }
    }
    #expect(entries.count == model.count)
    let sorted = model.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    var position = entries.lowerBound(of: [])
    for (key, value) in sorted {
      #expect(entries[position].key == key && entries[position].value == value)
      position = entries.position(after: position)
    }
    #expect(position == entries.end)
  }

  @Test func aCopyIsASnapshot() {
    var entries = OrderedBytes()
    for number in 0..<2000 { entries.put(CounterValue.encode(Int64(number)), [0]) }
    let before = entries
    for number in 0..<2000 { entries.put(CounterValue.encode(Int64(number)), [1]) }
    entries.remove(CounterValue.encode(5))
    #expect(before.count == 2000 && entries.count == 1999)
    #expect(before.value(of: CounterValue.encode(5)) == [0])
    #expect(entries.value(of: CounterValue.encode(6)) == [1])
  }

  @Test func lowerBounds() {
    var entries = OrderedBytes()
    #expect(entries.lowerBound(of: []) == entries.end)
    for number in stride(from: 0, to: 4000, by: 2) { entries.put(CounterValue.encode(Int64(number)), []) }
    for number in 0..<3998 {
      let position = entries.lowerBound(of: CounterValue.encode(Int64(number)))
      #expect(entries[position].key == CounterValue.encode(Int64((number + 1) / 2 * 2)))
    }
    #expect(entries.lowerBound(of: [1]) == entries.end)
  }
}
