/// The headers of versions and delete markers.
package struct VersionHeaders: Sendable {
  package let versionID: StaticString
  /// `true` where a delete marker was made, removed or met.
  package let deleteMarker: StaticString
  /// Which version of its source a copy has read.
  package let copySourceVersionID: StaticString
  /// When lifecycle deletes the current version, and by which rule.
  package let expiration: StaticString
  /// When lifecycle aborts an upload, and by which rule; nil in a dialect that does not tell.
  package let abortDate: StaticString?
  package let abortRuleID: StaticString?
}

/// The headers of archived objects.
package struct ArchiveHeaders: Sendable {
  /// Whether a restore is under way, or until when the object is readable.
  package let restore: StaticString
  /// What else than usual a listing shows of each object; nil in a dialect whose listings always show restores.
  package let optionalAttributes: StaticString?
  /// The tier of a restore that is extended; nil in a dialect that does not tell.
  package let priority: StaticString?
}

/// The headers of tags.
package struct TaggingHeaders: Sendable {
  /// The tags of a write, form-encoded.
  package let tagging: StaticString
  /// Whether a copy takes its source's.
  package let directive: StaticString
  /// How many a read found.
  package let count: StaticString
}

/// The headers of Object Lock.
package struct ObjectLockHeaders: Sendable {
  /// Makes a bucket with it.
  package let isEnabled: StaticString
  package let mode: StaticString
  package let retainUntil: StaticString
  package let legalHold: StaticString
  /// Asks to ignore a retention of mode GOVERNANCE.
  package let bypassGovernance: StaticString
}
