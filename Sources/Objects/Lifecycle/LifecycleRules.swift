package import Primitives

/// What a bucket's owner wants done with objects as they age: the rules of both dialects in one form.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketlifecycle>
package struct LifecycleRules: Hashable, Sendable {
  /// How the rule was written, so that it is shown as it was given.
  package enum Form: UInt8, Hashable, Sendable {
    /// A prefix of the rule itself: S3's first form, and OSS's.
    case prefix = 0
    /// A filter that says nothing: the whole bucket.
    case emptyFilter = 1
    /// A filter with one predicate.
    case filter = 2
    /// A filter with several.
    case and = 3
  }

  /// What a rule does not apply to (OSS `Not`).
  package struct Exclusion: Hashable, Sendable {
    package var prefix: [UInt8]
    package var tag: TagSet.Tag?

    package init(prefix: [UInt8], tag: TagSet.Tag? = nil) {
      self.prefix = prefix
      self.tag = tag
    }
  }

  /// What a rule applies to: all of it must hold.
  package struct Filter: Hashable, Sendable {
    package var prefix: [UInt8] = []
    package var tags = TagSet()
    /// Bytes; only larger ones.
    package var largerThan: UInt64?
    /// Bytes; only smaller ones.
    package var smallerThan: UInt64?
    package var exclusions: [Exclusion] = []

    package init() {}

    /// Whether sizes matter.
    package var boundsSize: Bool { largerThan != nil || smallerThan != nil }
  }

  /// When something is due.
  package enum When: Hashable, Sendable {
    /// So many days after it came to be.
    case days(UInt32)
    /// From this midnight on, whenever it came to be.
    case date(Timestamp)
    /// Once it is past this midnight, what came to be before it (OSS `CreatedBeforeDate`).
    case createdBefore(Timestamp)
  }

  /// When versions that are not current go.
  package struct NoncurrentExpiration: Hashable, Sendable {
    /// Since the next version came.
    package var days: UInt32
    /// How many of the newest stay all the same; 0: none.
    package var kept: UInt32

    package init(days: UInt32, kept: UInt32 = 0) {
      self.days = days
      self.kept = kept
    }
  }

  /// When a current version changes its class.
  package struct Transition: Hashable, Sendable {
    package var when: When
    package var storageClass: StorageClass

    package init(_ when: When, to storageClass: StorageClass) {
      self.when = when
      self.storageClass = storageClass
    }
  }

  /// When versions that are not current change their class.
  package struct NoncurrentTransition: Hashable, Sendable {
    /// Since the next version came.
    package var days: UInt32
    /// How many of the newest stay what they are; 0: none.
    package var kept: UInt32
    package var storageClass: StorageClass

    package init(days: UInt32, kept: UInt32 = 0, to storageClass: StorageClass) {
      self.days = days
      self.kept = kept
      self.storageClass = storageClass
    }
  }

  package struct Rule: Hashable, Sendable {
    package var id: String
    package var isEnabled = true
    package var form = Form.emptyFilter
    package var filter = Filter()
    package var expiration: When?
    /// Whether delete markers go of which there is nothing else left; nil: not said.
    package var removesSoleMarkers: Bool?
    package var noncurrentExpiration: NoncurrentExpiration?
    /// When uploads that were not completed are aborted.
    package var abortion: When?
    /// As they were written, of one class each.
    package var transitions: [Transition] = []
    package var noncurrentTransitions: [NoncurrentTransition] = []

    package init(id: String) { self.id = id }
  }

  /// From which size on objects change their class (S3 `x-amz-transition-default-minimum-object-size`).
  package enum SmallestToMove: UInt8, Hashable, Sendable {
    /// 128 KiB, whatever the class.
    case allClasses = 0
    /// Any size to GLACIER and DEEP_ARCHIVE, 128 KiB to others.
    case byClass = 1
    /// Any size: OSS's rules.
    case anySize = 2

    /// Bytes; smaller objects stay what they are, unless the rule itself says something of sizes.
    package static let bytes: UInt64 = 128 << 10

    /// Whether an object of a size may change to a class.
    func permits(_ size: UInt64, to storageClass: StorageClass) -> Bool {
      switch self {
      case .anySize: true
      case .byClass: size >= Self.bytes || storageClass.isArchive
      case .allClasses: size >= Self.bytes
      }
    }
  }

  /// Rules that a bucket may have (AWS and OSS: 1000).
  package static let mostRules = 1000
  /// Characters of a rule's id (AWS and OSS: 255).
  package static let longestID = 255

  package var rules: [Rule]
  package var smallestToMove = SmallestToMove.allClasses
  /// The commit that set them; 0 until then.
  package var generation: UInt64 = 0

  package init(_ rules: [Rule], smallestToMove: SmallestToMove = .allClasses) {
    self.rules = rules
    self.smallestToMove = smallestToMove
  }
}

extension LifecycleRules.Filter {
  /// Whether a version, or an upload that has neither size nor tags, is meant.
  func includes(_ key: [UInt8], size: UInt64, tags: TagSet) -> Bool {
    guard key.starts(with: prefix), size > largerThan ?? 0 || largerThan == nil,
      smallerThan.map({ size < $0 }) ?? true,
      self.tags.tags.allSatisfy({ tags.tags.contains($0) })
    else { return false }
    return !exclusions.contains { exclusion in
      key.starts(with: exclusion.prefix) && (exclusion.tag.map { tags.tags.contains($0) } ?? true)
    }
  }

  /// Whether tags matter.
  var asksForTags: Bool { !tags.isEmpty || exclusions.contains { $0.tag != nil } }
}
