import FuzzTargets
import Glibc

/// The target that `WEIR_FUZZ_TARGET` names.
private let target: FuzzTarget = {
  // SAFETY: getenv's string is copied at once; nothing changes the environment.
  let name = unsafe getenv("WEIR_FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
  guard let target = FuzzTarget.named(name) else {
    fail("WEIR_FUZZ_TARGET is none of \(FuzzTarget.all.map(\.name))")
  }
  return target
}()

/// Ends the process with a word why: an optimised `preconditionFailure` has none.
private func fail(_ reason: String) -> Never {
  let line = Array("\(reason)\n".utf8)
  // SAFETY: the array outlives the call and its count bounds what is written.
  _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
  abort()
}

/// What libFuzzer calls with each input. A broken property ends the process, so that the input is kept.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // SAFETY: libFuzzer's input lives for the call and is copied.
  let input = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
  do throws(BrokenProperty) {
    try target.run(input)
  } catch {
    fail("broken property: \(error)")
  }
  return 0
}
