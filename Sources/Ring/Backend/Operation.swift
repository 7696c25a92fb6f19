/// What a ring can be asked to do. The raw value indexes the statistics.
package enum OperationKind: UInt8, CaseIterable, Sendable {
  /// recv into memory of the caller.
  case receive
  /// recv into a buffer of the backend, chosen only when bytes are there.
  case receiveProvided
  case send
  /// sendmsg of a `weir_message`.
  case sendMessage
  /// Waits until the descriptor is ready for the events in `flags`.
  case poll
  case read
  case write
  /// fsync, or fdatasync when `flags` is 1.
  case synchronize
  /// fallocate: mode in `flags`, `offset`, and the length in `address`.
  case allocate
  /// openat: path at `address`, mode in `length`, flags in `flags`.
  case open
}

/// One operation, as plain numbers: what a submission entry holds, whatever backend carries it out.
/// Memory behind `address` belongs to the backend from `submit` until the completion is delivered.
struct Operation {
  var kind: OperationKind
  var descriptor: Int32
  /// Address of the memory (or the length, for `allocate`).
  var address: UInt64 = 0
  /// Length of the memory in bytes.
  var length: UInt32 = 0
  /// File offset in bytes.
  var offset: UInt64 = 0
  /// Flags of the system call.
  var flags: UInt32 = 0
  /// A read that the page cache may be able to answer at once: not of a file opened with O_DIRECT.
  var mayComplete = false

  /// The most bytes one operation moves; longer ones are split by the caller.
  static let maximumLength = 1 << 30
}

/// The outcome of an operation: the system call's result (or negative errno) and the completion's flags.
struct Outcome {
  let result: Int32
  let flags: UInt32

  /// From the word a continuation carries.
  init(packed: UInt64) {
    result = Int32(truncatingIfNeeded: packed)
    flags = UInt32(truncatingIfNeeded: packed >> 32)
  }

  /// One word for a continuation.
  static func pack(result: Int32, flags: UInt32) -> UInt64 {
    UInt64(UInt32(bitPattern: result)) | UInt64(flags) << 32
  }
}
