import Primitives
import Volumes

// The calls on bodies and blobs, with their failures as `ObjectError`.
extension ObjectStore {
  /// A writer of a blob of an object, on one of the volumes with these numbers.
  func makeWriter(
    _ blob: BlobID, _ bucket: BucketInfo, _ key: ObjectKey, length: UInt64?,
    for purpose: WritePurpose = .store, on volumes: [UInt16]
  ) async throws(ObjectError) -> BlobWriter {
    // The version is known only to the commit; the header carries the time of writing in its form.
    let description = ExtentDescription(
      blob: blob, bucket: bucket.id, bucketName: bucket.name.string, key: key.bytes,
      version: UInt64(max(0, Timestamp.now().milliseconds)) << 16)
    do throws(VolumeError) {
      return try await self.volumes.makeWriter(
        description, expectedLength: length, for: purpose, on: volumes)
    } catch {
      throw ObjectError(error)
    }
  }

  static func read(
    _ body: any ObjectBody, into space: UnsafeMutableRawBufferPointer
  ) async throws(ObjectError) -> Int {
    do throws(ObjectBodyError) {
      return try await unsafe body.read(into: space)
    } catch {
      throw .body(error)
    }
  }

  static func space(_ writer: BlobWriter) async throws(ObjectError) -> UnsafeMutableRawBufferPointer {
    do throws(VolumeError) {
      return try await unsafe writer.nextBuffer()
    } catch {
      throw ObjectError(error)
    }
  }

  static func advance(_ writer: BlobWriter, _ count: Int) async throws(ObjectError) {
    do throws(VolumeError) {
      try await writer.advance(count)
    } catch {
      throw ObjectError(error)
    }
  }

  static func finish(_ writer: BlobWriter) async throws(ObjectError) -> [ExtentLocation] {
    do throws(VolumeError) {
      return try await writer.finish()
    } catch {
      throw ObjectError(error)
    }
  }

  /// Copies the small start of a body to a writer. Returns its size.
  static func write(
    _ start: SmallBuffer, to writer: BlobWriter, _ hasher: PayloadHasher
  ) async throws(ObjectError) -> UInt64 {
    // SAFETY: `start` lives until the end of this function.
    unsafe hasher.update(start.bytes)
    try await unsafe write(start.bytes, to: writer)
    return UInt64(start.count)
  }

  /// Copies bytes to a writer.
  static func write(_ bytes: UnsafeRawBufferPointer, to writer: BlobWriter) async throws(ObjectError) {
    var done = 0
    while done < bytes.count {
      let space = try await unsafe space(writer)
      let count = min(space.count, bytes.count - done)
      // SAFETY: both sides have at least `count` bytes and do not overlap.
      unsafe UnsafeMutableRawBufferPointer(rebasing: space[..<count])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[done..<(done + count)]))
      try await advance(writer, count)
      done += count
    }
  }
}
