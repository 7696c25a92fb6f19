import Testing

@testable import Bench

@Suite struct RequestSetTests {
  /// Where the listings begin that a run asks for, in their order.
  static func starts(_ options: BenchOptions, _ count: Int) -> [Substring?] {
    let scratch = UnsafeMutableRawBufferPointer.allocate(
      byteCount: RequestSet.headBytesMax, alignment: 16)
    // SAFETY: nobody uses it once the heads are text.
    defer { unsafe scratch.deallocate() }
    let requests = RequestSet(.list, options: options)
    return (0..<count).map { index in
      // SAFETY: copied before the next head is built.
      let head = unsafe String(decoding: requests.head(index, scratch: scratch), as: UTF8.self)
      return head.split(separator: "start-after=").dropFirst().first?.prefix { $0 != "&" && $0 != " " }
    }
  }

  /// Presigned, and signed as they are needed.
  @Test(arguments: [2500, 70_000])
  func listingsGoThroughAllPages(_ objects: Int) {
    var options = BenchOptions()
    options.mode = .list
    options.prefix = "k"
    options.objects = objects
    let pages = (objects + 999) / 1000
    let starts = Self.starts(options, pages + 1)
    #expect(starts[0] == "k0000000000" && starts[1] == "k0000001000" && starts[pages] == starts[0])
    #expect(Set(starts).count == pages)
  }

  @Test func keysInDirectoriesKeepTheirOrder() {
    var options = BenchOptions()
    options.prefix = "k"
    options.objects = 10
    options.directories = 3
    let names = (0..<10).map { RequestSet.name($0, options: options) }
    #expect(names[3] == "k000000/0000000003" && names[4] == "k000001/0000000004")
    #expect(names == names.sorted() && Set(names.map { $0.prefix(8) }).count == 3)
  }
}
