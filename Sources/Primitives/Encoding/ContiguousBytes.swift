/// Calls `body` with the bytes of `collection` in contiguous memory: without a copy for arrays, slices
/// and buffers, with one for anything else. The pointer must not leave `body`.
@inlinable
package func withContiguousBytes<Bytes: Collection<UInt8>, Result>(
  _ collection: Bytes, _ body: (UnsafeRawBufferPointer) -> Result
) -> Result {
  // SAFETY: the storage stays valid for the length of the closure, which `body` may not outlive.
  let direct: Result? = collection.withContiguousStorageIfAvailable {
    unsafe body(UnsafeRawBufferPointer($0))
  }
  if let direct { return direct }
  // SAFETY: as above, over a copy.
  return unsafe Array(collection).withUnsafeBytes { unsafe body($0) }
}
