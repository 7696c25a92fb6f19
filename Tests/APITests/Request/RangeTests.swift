import Testing

@testable import API

@Suite struct RangeTests {
  enum Expected: Sendable, Equatable {
    case ignored
    case whole
    case unsatisfiable
    case bytes(UInt64, UInt64)
  }

  static let matrix: [(header: String, size: UInt64, expected: Expected)] = [
    ("bytes=0-4", 10, .bytes(0, 5)),
    ("bytes=0-0", 10, .bytes(0, 1)),
    ("bytes=5-", 10, .bytes(5, 10)),
    ("bytes=9-9", 10, .bytes(9, 10)),
    ("bytes=5-100", 10, .bytes(5, 10)),
    ("bytes=0-", 10, .bytes(0, 10)),
    ("bytes=-3", 10, .bytes(7, 10)),
    ("bytes=-10", 10, .bytes(0, 10)),
    ("bytes=-11", 10, .bytes(0, 10)),
    ("Bytes=0-4", 10, .bytes(0, 5)),
    ("bytes=0-99999999999999999999999", 10, .bytes(0, 10)),
    ("bytes=0-18446744073709551615", 10, .bytes(0, 10)),
    ("bytes=10-", 10, .unsatisfiable),
    ("bytes=10-20", 10, .unsatisfiable),
    ("bytes=99999999999999999999999-", 10, .unsatisfiable),
    ("bytes=-0", 10, .unsatisfiable),
    ("bytes=0-0", 0, .unsatisfiable),
    ("bytes=0-", 0, .unsatisfiable),
    ("bytes=-0", 0, .unsatisfiable),
    ("bytes=-5", 0, .whole),
    ("bytes=5-4", 10, .ignored),
    ("bytes=0-1,5-6", 10, .ignored),
    ("bytes=-", 10, .ignored),
    ("bytes=", 10, .ignored),
    ("bytes=a-b", 10, .ignored),
    ("bytes=1-b", 10, .ignored),
    ("bytes=--1", 10, .ignored),
    ("bytes=+1-2", 10, .ignored),
    ("bytes= 0-1", 10, .ignored),
    ("bytes 0-1", 10, .ignored),
    ("items=0-1", 10, .ignored),
    ("0-1", 10, .ignored),
    ("", 10, .ignored),
  ]

  @Test(arguments: matrix) func resolves(_ header: String, _ size: UInt64, _ expected: Expected) {
    let found: Expected =
      switch ByteRange(slice(header))?.resolve(size: size) {
      case nil: .ignored
      case .whole: .whole
      case .unsatisfiable: .unsatisfiable
      case .partial(let range): .bytes(range.lowerBound, range.upperBound)
      }
    #expect(found == expected)
  }

  @Test func copyRangesAreExact() throws {
    #expect(try CopySourceRange.parse(slice("bytes=0-9"), headerName: "x-amz-copy-source-range") == 0..<10)
    #expect(try CopySourceRange.parse(slice("bytes=7-7"), headerName: "x-amz-copy-source-range") == 7..<8)
  }

  @Test(arguments: [
    "bytes=0-", "bytes=-5", "bytes=0-1,2-3", "0-9", "bytes=9-0", "bytes=x-y", "",
    "bytes=0-18446744073709551615",
  ])
  func copyRangesOfAnyOtherFormAreRefused(_ value: String) {
    let error = refusal { () throws(S3Error) in
      _ = try CopySourceRange.parse(slice(value), headerName: "x-amz-copy-source-range")
    }
    #expect(error?.code == .invalidArgument)
    #expect(error.map { elements($0) } == ["ArgumentName=x-amz-copy-source-range", "ArgumentValue=\(value)"])
  }
}
