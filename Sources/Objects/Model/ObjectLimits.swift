/// Every bound of the object layer, with its unit. Tests lower them instead of writing gigabytes.
package struct ObjectLimits: Sendable {
  /// Bytes up to which a body is stored inside its metadata record.
  package var inlineThreshold = 4096
  /// Bytes of one PUT, one part or one copied part (AWS: 5 GiB).
  package var largestUpload: UInt64 = 5 << 30
  /// Bytes of the source of CopyObject (AWS: 5 GiB).
  package var largestCopySource: UInt64 = 5 << 30
  /// Bytes that appends may make an object come to (OSS: 5 GiB).
  package var largestAppendable: UInt64 = 5 << 30
  /// How many pieces of about one length the end of an appendable object may consist of before they are written anew as
  /// one; each kind is so many times as long as the one before, the shortest that of inline bytes.
  package var appendedPiecesPerLength = 8
  /// Bytes from which a piece of an appendable object is never written again.
  package var appendedPieceBytes: UInt64 = 32 << 20
  /// Highest part number (AWS: 10,000).
  package var partCount = 10_000
  /// Bytes that every part but the last must have (AWS: 5 MiB).
  package var smallestPart: UInt64 = 5 << 20
  /// The same of an upload that OSS began, as its checksum tells (OSS: 100 KB).
  package var smallestECMAPart: UInt64 = 100 << 10
  /// Entries a page of a listing holds at most (AWS: 1000).
  package var pageLength = 1000
  /// Pieces that the content of an object or a part may be made of; a copy that would exceed it is rewritten
  /// as new bytes, so that no record and no commit grows without bound.
  package var piecesPerContent = 1024
  /// Bytes of part entries that an object record holds itself; longer lists go to manifest rows.
  package var embeddedPartsBytes = 2048
  /// Bytes after which a manifest row is full.
  package var manifestRowBytes = 16 << 10
  /// Bytes of a row, without inline bytes, that moving content may come to; what would be longer is not moved.
  package var recordBytes = ObjectRow.longest
  /// Rows that one commit rewrites or deletes when it cleans up behind an operation.
  package var rowsPerCleanup = 128
  /// Part rows that are read in one step.
  package var rowsPerStep = 256
  /// Rows that a listing steps over in one read, where they need not be shown; it goes on in a next one.
  package var rowsPerListing = 20_000
  /// Changes that one step of a restore's plan reads.
  package var changesPerPlan = 512
  /// Manifest rows that one commit writes.
  package var manifestRowsPerCommit = 8
  /// Deletions of one DeleteObjects that wait for their commits at the same time.
  package var concurrentDeletes = 256
  /// The days that lifecycle rules count in.
  package var calendar = LifecycleCalendar()
  /// How archived objects are read.
  package var archives = ArchivePolicies()
  /// On which volumes objects are written, by their class.
  package var placements = ClassPlacements()
  /// Versions of a key that one read of a lifecycle look judges.
  package var versionsPerLook = 256
  /// How often an operation starts again because what it had read was overwritten.
  package var attempts = 16

  package init() {}
}
