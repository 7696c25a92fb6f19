package import Primitives

/// A current object, as far as it is known who asks when it expires.
package struct LifecycleSubject: Sendable {
  package let key: ObjectKey
  package let version: VersionID
  package let size: UInt64
  /// Nil: not known.
  package let tags: TagSet?

  package init(key: ObjectKey, version: VersionID, size: UInt64, tags: TagSet?) {
    self.key = key
    self.version = version
    self.size = size
    self.tags = tags
  }
}

extension LifecycleRules {
  /// When a current object expires; nil: never, or it depends on what is not known.
  package func expiration(
    of subject: LifecycleSubject, _ calendar: LifecycleCalendar
  ) -> LifecycleDue? {
    let decision = LifecycleDecision(self, key: subject.key.bytes, calendar: calendar)
    guard subject.tags != nil || !decision.asksForTags else { return nil }
    let version = LifecycleVersion(
      size: subject.size, tags: subject.tags ?? TagSet(),
      created: Moment(rawValue: subject.version.rawValue).time)
    return decision.expiration(of: version)
  }

  /// When an upload is aborted; nil: never.
  package func abortion(
    of id: UploadID, key: ObjectKey, _ calendar: LifecycleCalendar
  ) -> LifecycleDue? {
    LifecycleDecision(self, key: key.bytes, calendar: calendar)
      .abortion(of: Moment(rawValue: id.created).time)
  }
}
