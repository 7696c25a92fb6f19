package import Primitives

/// What is known of an object, its bytes aside. A value; boxed because it is wide and handed on.
package final class ObjectInfo: Equatable, Sendable {
  package let key: ObjectKey
  package let version: VersionID
  /// Bytes.
  package let size: UInt64
  package let etag: ETag
  /// Milliseconds; every protocol shows whole seconds. Of an object completed from parts: when the upload
  /// began.
  package let lastModified: Timestamp
  package let storageClass: StorageClass
  package let system: SystemMetadata
  package let user: UserMetadata
  package let checksum: ObjectChecksum?
  package let owner: PrincipalID
  /// Whether it was written while versioning was not enabled.
  package let isNullVersion: Bool
  package let tags: TagSet
  /// Nil: none was ever set.
  package let retention: Retention?
  /// Nil: never set.
  package let legalHold: Bool?
  package let kind: ObjectKind
  /// Of an appendable object: since when nothing can be appended to it.
  package let sealed: Timestamp?
  /// Of a symbolic link: the key that it stands for.
  package let target: ObjectKey?
  /// Of what is archived: the restore that was asked for last, which may be over.
  package let restore: ArchiveRestore?

  /// How clients name this version.
  package var label: VersionLabel { isNullVersion ? .null : .id(version) }

  /// How many parts the object was completed from; nil when it was written at once.
  package var partCount: Int? { etag.partCount }

  package init(
    key: ObjectKey, version: VersionID, size: UInt64, etag: ETag, lastModified: Timestamp,
    storageClass: StorageClass, system: SystemMetadata, user: UserMetadata, checksum: ObjectChecksum?,
    owner: PrincipalID, isNullVersion: Bool = true, tags: TagSet = TagSet(), retention: Retention? = nil,
    legalHold: Bool? = nil, kind: ObjectKind = .ordinary, sealed: Timestamp? = nil,
    target: ObjectKey? = nil, restore: ArchiveRestore? = nil
  ) {
    self.key = key
    self.version = version
    self.size = size
    self.etag = etag
    self.lastModified = lastModified
    self.storageClass = storageClass
    self.system = system
    self.user = user
    self.checksum = checksum
    self.owner = owner
    self.isNullVersion = isNullVersion
    self.tags = tags
    self.retention = retention
    self.legalHold = legalHold
    self.kind = kind
    self.sealed = sealed
    self.target = target
    self.restore = restore
  }

  /// What readers of a symbolic link, this, are shown: length, tag and checksum of what it stands for, the later
  /// time of the two, all else its own.
  func standing(for object: ObjectInfo) -> ObjectInfo {
    ObjectInfo(
      key: key, version: version, size: object.size, etag: object.etag,
      lastModified: max(lastModified, object.lastModified), storageClass: storageClass, system: system,
      user: user, checksum: object.checksum, owner: owner, isNullVersion: isNullVersion, tags: tags,
      retention: retention, legalHold: legalHold, kind: kind, target: target)
  }

  package static func == (a: ObjectInfo, b: ObjectInfo) -> Bool {
    a === b
      || a.key == b.key && a.version == b.version && a.size == b.size && a.etag == b.etag
        && a.lastModified == b.lastModified && a.storageClass == b.storageClass && a.system == b.system
        && a.user == b.user && a.checksum == b.checksum && a.owner == b.owner
        && a.isNullVersion == b.isNullVersion && a.tags == b.tags && a.retention == b.retention
        && a.legalHold == b.legalHold && a.kind == b.kind && a.sealed == b.sealed
        && a.target == b.target && a.restore == b.restore
  }
}
