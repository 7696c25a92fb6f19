/// Names a pending operation: the machine word that goes into the kernel as `user_data` and comes back.
///
/// The low bits say what the rest is. A task's continuation is the address of the task (16-byte aligned),
/// so the commonest case needs no table, no allocation and no lookup.
struct Token: Equatable {
  let bits: UInt64

  /// No operation.
  static let none = Token(bits: 0)
  /// A completion nobody waits for (cancel requests).
  static let ignored = Token(bits: 2)
  /// The wake descriptor became readable.
  static let wake = Token(bits: 2 | 8)

  init(bits: UInt64) { self.bits = bits }

  /// The token of a suspended task.
  init(_ continuation: UnsafeContinuation<UInt64, Never>) {
    // SAFETY: an unsafe continuation is exactly one word, the address of its task.
    bits = unsafe UInt64(UInt(bitPattern: unsafeBitCast(continuation, to: OpaquePointer.self)))
  }

  /// The token of an operation that runs beside its task. Holds a reference until it completes.
  init(retaining operation: PendingOperation) {
    // SAFETY: balanced by `takePendingOperation` when the completion arrives.
    bits = unsafe UInt64(UInt(bitPattern: Unmanaged.passRetained(operation).toOpaque())) | 1
  }

  var kind: Kind {
    if bits & 7 == 0 { return .continuation }
    return bits & 1 == 1 ? .pendingOperation : .backend
  }

  enum Kind { case continuation, pendingOperation, backend }

  /// The suspended task. Only for tokens of that kind, once.
  var continuation: UnsafeContinuation<UInt64, Never>? {
    // SAFETY: reverses `init(_:)`; the word came from a continuation that has not been resumed yet.
    unsafe OpaquePointer(bitPattern: UInt(bits)).map {
      unsafe unsafeBitCast($0, to: UnsafeContinuation<UInt64, Never>.self)
    }
  }

  /// The operation object, with its reference. Only for tokens of that kind, once.
  func takePendingOperation() -> PendingOperation? {
    // SAFETY: reverses `init(retaining:)`.
    unsafe UnsafeRawPointer(bitPattern: UInt(bits & ~7)).map {
      unsafe Unmanaged<PendingOperation>.fromOpaque($0).takeRetainedValue()
    }
  }
}
