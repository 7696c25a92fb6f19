/// Where an open store puts its backups by itself, and how often.
package struct BackupSchedule: Sendable {
  package var directory: BackupDirectory
  /// Nanoseconds from one backup to the next.
  package var intervalNanoseconds: UInt64
  /// Backups that are kept.
  package var keep: Int

  package init(directory: BackupDirectory, intervalNanoseconds: UInt64, keep: Int) {
    self.directory = directory
    self.intervalNanoseconds = intervalNanoseconds
    self.keep = keep
  }

  /// Nanoseconds after which a backup that failed is tried again.
  var retryNanoseconds: UInt64 { min(intervalNanoseconds, 600_000_000_000) }

  /// How long to wait for the first backup, given the newest there is: nanoseconds.
  func wait(newest: MetadataBackup?, wallMilliseconds: Int64) -> UInt64 {
    guard let newest else { return 0 }
    let (milliseconds, isFar) = wallMilliseconds.subtractingReportingOverflow(newest.milliseconds)
    guard !isFar else { return 0 }
    let age = UInt64(max(0, milliseconds)).multipliedReportingOverflow(by: 1_000_000)
    guard !age.overflow, age.partialValue < intervalNanoseconds else { return 0 }
    return intervalNanoseconds - age.partialValue
  }
}
