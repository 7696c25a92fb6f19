import Background
import Objects
import Primitives

extension MetricsPage {
  static func write(_ figures: ReclaimerStatistics, to text: inout MetricsText) {
    text.singles(
      .counter,
      [
        ("weir_reclaim_segments_removed_total", "Segment files removed.", figures.segmentsRemoved),
        ("weir_reclaim_removed_bytes_total", "Bytes of removed segment files.", figures.bytesRemoved),
        ("weir_reclaim_moved_blobs_total", "Blobs moved out of sparse segments.", figures.blobsMoved),
        ("weir_reclaim_moved_bytes_total", "Bytes moved out of sparse segments.", figures.bytesMoved),
        (
          "weir_reclaim_searches_total", "Searches through all rows for what names a segment.",
          figures.searches
        ),
        (
          "weir_reclaim_rows_too_long_total", "Rows that moving content would have made too long.",
          figures.rowsTooLong
        ),
        ("weir_reclaim_failures_total", "Rounds that failed.", figures.failures),
      ])
    text.single(
      "weir_reclaim_stuck_segments", .gauge, "Segments that could not be emptied.",
      UInt64(max(0, figures.stuckSegments)))
  }

  static func write(_ figures: ScrubberStatistics, to text: inout MetricsText) {
    text.singles(
      .counter,
      [
        ("weir_scrub_bytes_total", "Bytes that the background scrub has read.", figures.bytes),
        ("weir_scrub_extents_total", "Extents that the background scrub has read.", figures.extents),
        ("weir_scrub_damaged_total", "Damage that the background scrub has met.", figures.damaged),
        ("weir_scrub_passes_total", "Scrubs of everything that were ended.", figures.passes),
        ("weir_scrub_failures_total", "Steps that a failing disk ended.", figures.failures),
      ])
    text.single(
      "weir_scrub_finished_timestamp_seconds", .gauge, "When everything was last scrubbed; 0: never.",
      figures.finishedSeconds)
  }

  static func write(_ figures: Purger.Statistics, to text: inout MetricsText) {
    text.singles(
      .counter,
      [
        (
          "weir_purge_versions_total", "Removed versions that were let go of when their time was over.",
          figures.versions
        ),
        ("weir_purge_bytes_total", "Bytes of these versions.", figures.bytes),
        (
          "weir_purge_changes_total", "Changes of buckets that were looked at for it, or deleted for good.",
          figures.changes
        ),
        ("weir_purge_failures_total", "Passes that failed.", figures.failures),
      ])
  }

  static func write(_ figures: RestoreRunner.Statistics, to text: inout MetricsText) {
    text.singles(
      .counter,
      [
        ("weir_restore_keys_total", "Keys that restores have looked at, in dry runs too.", figures.keys),
        (
          "weir_restore_failed_keys_total", "Those of them that are damaged or locked, and stay as they are.",
          figures.failedKeys
        ),
        ("weir_restore_failures_total", "Restores that failed.", figures.failures),
      ])
    text.single("weir_restore_running", .gauge, "1 while a restore runs.", UInt64(figures.isBusy ? 1 : 0))
  }

  static func write(_ figures: LifecycleRunner.Statistics, to text: inout MetricsText) {
    let tally = figures.tally
    text.singles(
      .counter,
      [
        ("weir_lifecycle_looks_total", "Keys that were looked at since something might be due.", tally.looks),
        ("weir_lifecycle_expired_total", "Objects that expired.", tally.expired),
        (
          "weir_lifecycle_removed_versions_total", "Versions that were not current and went for good.",
          tally.removed
        ),
        (
          "weir_lifecycle_removed_markers_total", "Delete markers of which nothing else was left.",
          tally.markers
        ),
        ("weir_lifecycle_aborted_uploads_total", "Uploads that were aborted.", tally.aborted),
        ("weir_lifecycle_transitions_total", "Versions that changed their storage class.", tally.moved),
        ("weir_lifecycle_transition_bytes_total", "Bytes of these.", tally.movedBytes),
        ("weir_lifecycle_bytes_total", "Bytes of what expired or went.", tally.bytes),
        ("weir_lifecycle_held_total", "Times that something due was locked.", tally.held),
        ("weir_lifecycle_set_up_rows_total", "Rows that were indexed for new rules.", figures.setUpRows),
        ("weir_lifecycle_failures_total", "Looks and set-ups that failed.", figures.failures),
      ])
    text.singles(
      .gauge,
      [
        (
          "weir_lifecycle_late_seconds",
          "How long what lifecycle looks at has been due.",
          UInt64(max(0, figures.late)) / 1000
        ),
        (
          "weir_lifecycle_finished_timestamp_seconds", "When the last pass ended; 0: there was none.",
          UInt64(max(0, figures.finished?.seconds ?? 0))
        ),
        (
          "weir_lifecycle_buckets_setting_up", "Buckets whose keys are not all indexed by their rules.",
          figures.settingUp
        ),
      ])
  }

  static func write(_ figures: UploadCensus, to text: inout MetricsText) {
    text.singles(
      .gauge,
      [
        ("weir_uploads", "Multipart uploads under way, counted every five minutes.", figures.count),
        ("weir_uploads_older_than_day", "Those begun more than a day ago.", figures.olderThanDay),
        ("weir_uploads_older_than_week", "Those begun more than a week ago.", figures.olderThanWeek),
        (
          "weir_uploads_oldest_timestamp_seconds", "When the oldest was begun; 0: there is none.",
          UInt64(max(0, figures.oldestMilliseconds)) / 1000
        ),
      ])
  }
}
