/// Names a segment of any volume.
package struct SegmentID: Hashable, Comparable, Sendable {
  /// The volume's number.
  package let volume: UInt16
  /// The segment's number within the volume, from 1.
  package let segment: UInt32

  package init(volume: UInt16, segment: UInt32) {
    self.volume = volume
    self.segment = segment
  }

  package static func < (a: SegmentID, b: SegmentID) -> Bool {
    (a.volume, a.segment) < (b.volume, b.segment)
  }
}

extension ExtentLocation {
  /// The segment in which it lies.
  package var segmentID: SegmentID { SegmentID(volume: volume, segment: segment) }
}

extension SegmentUsage {
  /// The segment.
  package var id: SegmentID { SegmentID(volume: volume, segment: segment) }
}
