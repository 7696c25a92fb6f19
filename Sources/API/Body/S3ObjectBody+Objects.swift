package import Objects

extension S3ObjectBody: ObjectBody {
  /// As `readBytes`, with the refusal wrapped the way `Objects` passes it through.
  package func read(into target: UnsafeMutableRawBufferPointer) async throws(ObjectBodyError) -> Int {
    do {
      // SAFETY: the caller keeps the target until this returns.
      return try unsafe await readBytes(into: target)
    } catch {
      throw ObjectBodyError(underlying: error)
    }
  }
}
