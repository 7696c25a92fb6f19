/// A parser under test: takes any bytes, and checks more than that it survives them.
package struct FuzzTarget: Sendable {
  /// The name of its corpus folder, and of `make fuzz TARGET=`.
  package let name: String
  /// Runs one input. What traps ends the process; what breaks a property is thrown.
  package let run: @Sendable (_ input: [UInt8]) throws(BrokenProperty) -> Void

  /// All of them, in the order of a request's way through the server.
  package static let all: [FuzzTarget] = [
    FuzzTarget(name: "http-head", run: HeadTarget.run),
    FuzzTarget(name: "http-chunked", run: ChunkedTarget.run),
    FuzzTarget(name: "aws-chunked", run: AWSChunkedTarget.run),
    FuzzTarget(name: "request", run: SignedRequestTarget.run),
    FuzzTarget(name: "document", run: DocumentTarget.run),
    FuzzTarget(name: "form", run: FormTarget.run),
    FuzzTarget(name: "record", run: RecordTarget.run),
    FuzzTarget(name: "volume", run: VolumeTarget.run),
  ]

  /// Operations that are built and that no target decodes; a test wants none.
  package static var operationsLeftOut: [String] { OperationDecoders.missing + OSSOperationDecoders.missing }

  /// Whether an input is a request of OSS that somebody has signed right.
  package static func isSignedForOSS(_ input: [UInt8]) -> Bool { OSSRequestTarget.isSigned(input) }

  /// The target of that name.
  package static func named(_ name: String) -> FuzzTarget? {
    (all + [FuzzTarget(name: "canary", run: Canary.run)]).first { $0.name == name }
  }
}

/// Breaks on one word, which nobody hits who does not see how far an input gets: proves that the fuzzer does. A
/// function for each letter, or the optimiser compares them all at once.
private enum Canary {
  @Sendable static func run(_ input: [UInt8]) throws(BrokenProperty) {
    if input.count == 4, input[0] == UInt8(ascii: "w") { try second(input) }
  }

  @inline(never) private static func second(_ input: [UInt8]) throws(BrokenProperty) {
    if input[1] == UInt8(ascii: "e") { try third(input) }
  }

  @inline(never) private static func third(_ input: [UInt8]) throws(BrokenProperty) {
    if input[2] == UInt8(ascii: "i") { try fourth(input) }
  }

  @inline(never) private static func fourth(_ input: [UInt8]) throws(BrokenProperty) {
    if input[3] == UInt8(ascii: "r") { throw BrokenProperty("the canary") }
  }
}

/// What an input has shown to be untrue.
package struct BrokenProperty: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

/// Throws unless the condition holds.
func require(_ condition: Bool, _ property: @autoclosure () -> String) throws(BrokenProperty) {
  if !condition { throw BrokenProperty(property()) }
}

/// Throws unless both are equal.
func requireEqual<Value: Equatable>(
  _ one: Value, _ other: Value, _ property: @autoclosure () -> String
) throws(BrokenProperty) {
  if one != other { throw BrokenProperty("\(property()): \(one) is not \(other)") }
}
