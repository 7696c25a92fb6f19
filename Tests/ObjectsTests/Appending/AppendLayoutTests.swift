import Testing

@testable import Objects

@Suite struct AppendLayoutTests {
  private static let mebibyte: UInt64 = 1 << 20

  /// Appends so many pieces of a length; returns the lengths in the end, and the bytes that were written.
  private func append(
    _ length: (Int) -> UInt64, count: Int, to lengths: inout [UInt64]
  ) -> (written: UInt64, most: Int) {
    let layout = AppendLayout(ObjectLimits())
    var (written, most): (UInt64, Int) = (0, 0)
    for index in 0..<count {
      let added = length(index)
      let verdict = layout.verdict(lengths, adding: added)
      let absorbed = lengths.suffix(verdict.absorbed).reduce(0, +)
      lengths.removeLast(verdict.absorbed)
      written += absorbed + added
      if verdict.joins {
        lengths.append(absorbed + added)
      } else {
        if verdict.absorbed > 0 { lengths.append(absorbed) }
        lengths.append(added)
      }
      most = max(most, lengths.count)
    }
    return (written, most)
  }

  /// As much as an object may have, in appends of one length: few pieces, and no byte written often.
  @Test(arguments: [4_097, 65_536, 1_000_000, 33_554_432] as [UInt64])
  func piecesStayFew(_ length: UInt64) {
    var lengths: [UInt64] = []
    let total = ObjectLimits().largestAppendable / (length < 65_536 ? 8 : 1)
    let (written, most) = append({ _ in length }, count: Int(total / length), to: &lengths)
    #expect(most <= 200 && written <= 6 * total)
    #expect(lengths.reduce(0, +) == total / length * length)
  }

  /// Short ones between long ones do not add up.
  @Test func mixedLengths() {
    var lengths: [UInt64] = []
    let turns: [UInt64] = [
      5_000, 5_000, 40_000, 5_000, 300_000, 5_000, 3 * Self.mebibyte, 32 * Self.mebibyte,
    ]
    let (written, most) = append({ turns[$0 % turns.count] }, count: 1_000, to: &lengths)
    #expect(most < ObjectLimits().piecesPerContent * 2 && written < 3 * lengths.reduce(0, +))
  }

  @Test func whatIsLongIsLeftAlone() {
    let layout = AppendLayout(ObjectLimits())
    let long = [UInt64](repeating: 33 * Self.mebibyte, count: 20)
    #expect(layout.verdict(long, adding: 5_000) == .init(absorbed: 0, joins: false))
    #expect(layout.verdict(long, adding: 40 * Self.mebibyte) == .init(absorbed: 0, joins: false))
    let short = long + [UInt64](repeating: 5_000, count: 8)
    #expect(layout.verdict(short, adding: 40 * Self.mebibyte) == .init(absorbed: 8, joins: false))
    #expect(layout.verdict(short, adding: 5_000) == .init(absorbed: 8, joins: true))
  }
}
