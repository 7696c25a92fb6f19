/// The text forms that `Timestamp` offers; every one has a fixed length.
extension CivilDate {
  /// `2026-01-02T03:04:05.678Z`.
  @_lifetime(output: copy output)
  func writeISO8601(to output: inout OutputSpan<UInt8>) {
    writeDay(separated: true, to: &output)
    output.append(UInt8(ascii: "T"))
    writeTime(separated: true, to: &output)
    output.append(UInt8(ascii: "."))
    output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: millisecond / 100))
    output.append(digits2: millisecond % 100)
    output.append(UInt8(ascii: "Z"))
  }

  /// `Fri, 02 Jan 2026 03:04:05 GMT`.
  @_lifetime(output: copy output)
  func writeIMFFixdate(to output: inout OutputSpan<UInt8>) {
    write(name: weekday, of: "SunMonTueWedThuFriSat", to: &output)
    output.append(", ")
    output.append(digits2: day)
    output.append(UInt8(ascii: " "))
    write(name: month - 1, of: "JanFebMarAprMayJunJulAugSepOctNovDec", to: &output)
    output.append(UInt8(ascii: " "))
    writeYear(to: &output)
    output.append(UInt8(ascii: " "))
    writeTime(separated: true, to: &output)
    output.append(" GMT")
  }

  /// `20260102T030405Z`.
  @_lifetime(output: copy output)
  func writeBasic(to output: inout OutputSpan<UInt8>) {
    writeDay(separated: false, to: &output)
    output.append(UInt8(ascii: "T"))
    writeTime(separated: false, to: &output)
    output.append(UInt8(ascii: "Z"))
  }

  /// `2026-01-02` or `20260102`.
  @_lifetime(output: copy output)
  func writeDay(separated: Bool, to output: inout OutputSpan<UInt8>) {
    writeYear(to: &output)
    if separated { output.append(UInt8(ascii: "-")) }
    output.append(digits2: month)
    if separated { output.append(UInt8(ascii: "-")) }
    output.append(digits2: day)
  }

  /// `03:04:05` or `030405`.
  @_lifetime(output: copy output)
  private func writeTime(separated: Bool, to output: inout OutputSpan<UInt8>) {
    output.append(digits2: hour)
    if separated { output.append(UInt8(ascii: ":")) }
    output.append(digits2: minute)
    if separated { output.append(UInt8(ascii: ":")) }
    output.append(digits2: second)
  }

  @_lifetime(output: copy output)
  private func writeYear(to output: inout OutputSpan<UInt8>) {
    output.append(digits2: year / 100)
    output.append(digits2: year % 100)
  }

  /// The `index`th of names of three letters each, which must have that many.
  @_lifetime(output: copy output)
  private func write(name index: Int, of names: StaticString, to output: inout OutputSpan<UInt8>) {
    precondition(index >= 0 && index * 3 + 3 <= names.utf8CodeUnitCount)
    // SAFETY: the precondition keeps the three letters within the literal, which lives for ever.
    unsafe output.append(copying: UnsafeRawBufferPointer(start: names.utf8Start + index * 3, count: 3))
  }
}
