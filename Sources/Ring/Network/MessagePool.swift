import CURing

/// Message headers for `sendmsg`: each is in use from submission to completion, so a ring needs as many as
/// it has such sends in flight, and a socket needs none of its own.
@safe final class MessagePool {
  private var free: UnsafeMutablePointer<weir_message>?

  deinit {
    // SAFETY: the free list owns its blocks.
    while let block = unsafe free {
      unsafe free = block.pointee.next
      unsafe block.deallocate()
    }
  }

  func take() -> UnsafeMutablePointer<weir_message> {
    // SAFETY: blocks on the free list are initialised; a new one is initialised here.
    if let block = unsafe free {
      unsafe free = block.pointee.next
      return unsafe block
    }
    let block = UnsafeMutablePointer<weir_message>.allocate(capacity: 1)
    unsafe block.initialize(to: weir_message())
    return unsafe block
  }

  func giveBack(_ block: UnsafeMutablePointer<weir_message>) {
    // SAFETY: the block came from `take` and the kernel is done with it.
    unsafe block.pointee.next = free
    unsafe free = block
  }
}
