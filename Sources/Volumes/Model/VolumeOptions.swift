/// How a volume store works. Every value may change from one start to the next: nothing on disk depends on it.
package struct VolumeOptions: Sendable {
  /// Whether writes go around the page cache.
  package enum DirectIO: String, Sendable {
    /// Where the file system supports O_DIRECT; a notice says so where it does not.
    case auto
    /// Never.
    case off
  }

  /// What makes a blob durable.
  package enum SyncMode: String, Sendable {
    /// `fdatasync` before a blob is acknowledged.
    case data
    /// Nothing: a power cut loses acknowledged blobs. For tests and measurements only.
    case none
  }

  /// The number of the volume when it has to be created; 0 … 65,535.
  package var volumeNumber: UInt16 = 0
  /// Bytes to preallocate for a segment: 1 MiB … 4 GiB, rounded up to whole pages.
  package var segmentSize: UInt64 = 256 << 20
  /// Greatest payload of one extent in bytes: 512 KiB … 1 GiB.
  package var extentSizeMax: UInt64 = 64 << 20
  /// Blobs of at most so many bytes share one write and one sync with others that wait; 0 … 128 KiB.
  package var packThreshold = 128 << 10
  /// Whether writes go around the page cache.
  package var directIO = DirectIO.auto
  /// Whether reads go around the page cache too (when `directIO` is in use).
  package var directReads = false
  /// What makes a blob durable.
  package var syncMode = SyncMode.data
  /// Buffers of 256 KiB that a blob may have in flight to the disk while the next one fills; 1 … 16.
  package var writesInFlightMax = 2
  /// Segment files that each ring keeps open for reading; 8 … 65,536.
  package var openSegmentsMax = 1_024
  /// Free bytes of the file system that new segments must leave to others (the metadata store's log).
  package var freeBytesReserve: UInt64 = 256 << 20
  /// The same for segments that take what is moved out of others, so that a full disk can be made room on.
  package var freeBytesForMoves: UInt64 = 64 << 20
  /// Segments that may fail one after another before no more writes are tried; at least 1.
  package var segmentFailuresMax = 3
  /// Free and all bytes of the file system that holds a path, nil where it does not say; may block for a moment. Tests
  /// say what they like.
  package var space: @Sendable (_ path: String) -> (free: UInt64, total: UInt64)? = { FileSystem.space($0) }
  /// Told of each segment that failed, and at last that the volume takes no more writes; on any thread.
  package var onFailure: @Sendable (VolumeError) -> Void = { _ in }

  /// The defaults.
  package init() {}
}
