/// Suspends the calling task and gives its continuation to `body`; whoever holds that resumes it exactly once.
///
/// Like the standard library's `withUnsafeContinuation`, less one thing: that one first hops to the isolation it
/// is called from, where it already is. For a task with an executor preference such a hop takes the task's
/// status lock, some 50 ns and with it a fifth of a suspension's cost.
@inline(__always)
func suspend(_ body: (UnsafeContinuation<UInt64, Never>) -> Void) async -> UInt64 {
  // SAFETY: the caller's to keep: resumed exactly once.
  unsafe await _unsafeInheritExecutor_withUnsafeContinuation(body)
}
