/// The jobs that are ready on a ring: a first-in-first-out ring buffer that grows and never shrinks.
///
/// A class of its own, with plain counters that nothing holds a long access to: as a struct inside `Ring` every
/// push and pop went through the runtime's exclusivity check.
@safe final class JobQueue {
  private var slots: UnsafeMutablePointer<UnownedJob>
  private var mask: Int
  private var head = 0
  private(set) var count = 0

  init(capacity: Int = 1024) {
    precondition(capacity.nonzeroBitCount == 1)
    // SAFETY: freed in deinit; slots in [head, head + count) are initialised.
    unsafe slots = .allocate(capacity: capacity)
    mask = capacity - 1
  }

  deinit {
    // SAFETY: UnownedJob is trivial, so forgetting the elements is fine.
    unsafe slots.deallocate()
  }

  var isEmpty: Bool { count == 0 }

  func push(_ job: UnownedJob) {
    if count > mask { grow() }
    // SAFETY: the index is masked to the capacity and the slot is free because count <= mask.
    unsafe (slots + ((head + count) & mask)).initialize(to: job)
    count += 1
  }

  func pop() -> UnownedJob? {
    if count == 0 { return nil }
    // SAFETY: count > 0, so the slot at head is initialised.
    let job = unsafe (slots + head).move()
    head = (head + 1) & mask
    count -= 1
    return job
  }

  private func grow() {
    let capacity = (mask + 1) * 2
    // SAFETY: moves the `count` initialised slots in order to the new block, then frees the old one.
    let wider = UnsafeMutablePointer<UnownedJob>.allocate(capacity: capacity)
    for index in 0..<count {
      unsafe (wider + index).initialize(to: (slots + ((head + index) & mask)).move())
    }
    unsafe slots.deallocate()
    unsafe slots = wider
    mask = capacity - 1
    head = 0
  }
}
