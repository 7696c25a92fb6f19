/// What the reclaimer has done since the start.
package struct ReclaimerStatistics: Sendable {
  /// Segment files removed, and the bytes they took.
  package var segmentsRemoved: UInt64 = 0
  package var bytesRemoved: UInt64 = 0
  /// Blobs written anew out of sparse segments, and their bytes.
  package var blobsMoved: UInt64 = 0
  package var bytesMoved: UInt64 = 0
  /// Rows that would have become too long, so that what they refer to stays.
  package var rowsTooLong: UInt64 = 0
  /// Searches through all rows for copies whose header names another key.
  package var searches: UInt64 = 0
  /// Rounds that ended with an error (a full or failing disk).
  package var failures: UInt64 = 0
  /// Segments that could not be emptied, because something in them is damaged, in use or too long.
  package var stuckSegments = 0
}

/// How the reclaimer works.
package struct ReclaimerOptions: Sendable {
  /// Bytes a second that it may copy; 0 is no limit.
  package var rate: UInt64 = 64 << 20
  /// How much of a segment must be dead for it to be emptied, in percent: 1 … 99.
  package var threshold = 50
  /// Time between two looks.
  package var interval: Duration = .seconds(5)
  /// Bytes that are emptied out of segments in one round, about.
  package var roundBytes: UInt64 = 1 << 30
  /// Free bytes of the disk below which segments with 30 percent dead are emptied too.
  package var scarceBytes: UInt64 = 2 << 30

  package init() {}
}
