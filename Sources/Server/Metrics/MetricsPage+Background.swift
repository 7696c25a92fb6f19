import Background

extension MetricsPage {
  static func write(_ figures: ReclaimerStatistics, to text: inout MetricsText) {
    let counters: [(String, String, UInt64)] = [
      ("weir_reclaim_segments_removed_total", "Segment files removed.", figures.segmentsRemoved),
      ("weir_reclaim_removed_bytes_total", "Bytes of removed segment files.", figures.bytesRemoved),
      ("weir_reclaim_moved_blobs_total", "Blobs moved out of sparse segments.", figures.blobsMoved),
      ("weir_reclaim_moved_bytes_total", "Bytes moved out of sparse segments.", figures.bytesMoved),
      (
        "weir_reclaim_searches_total", "Searches through all rows for what names a segment.", figures.searches
      ),
      ("weir_reclaim_failures_total", "Rounds that failed.", figures.failures),
    ]
    for (name, help, value) in counters { text.single(name, .counter, help, value) }
    text.single(
      "weir_reclaim_stuck_segments", .gauge, "Segments that could not be emptied.",
      UInt64(max(0, figures.stuckSegments)))
  }
}
