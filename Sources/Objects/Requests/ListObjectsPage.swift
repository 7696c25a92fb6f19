package import Primitives

/// A page of keys and common prefixes in the order of their bytes. All key bytes lie in one array, all
/// entries in another: a page of a thousand costs a handful of allocations.
package struct ListObjectsPage: Sendable {
  /// What a listing shows of an object, or a common prefix.
  package struct Entry: Sendable {
    /// Whether this is a common prefix; then nothing but its key bytes has a meaning.
    package let isPrefix: Bool
    package let kind: ObjectKind
    package let storageClass: StorageClass
    package let checksumAlgorithm: ChecksumAlgorithm?
    package let checksumType: ChecksumType?
    let keyStart: UInt32
    let keyCount: UInt32
    /// Index into `owners`.
    package let owner: Int32
    package let size: UInt64
    package let etag: ETag
    package let lastModified: Timestamp
    package let version: VersionID
  }

  package internal(set) var entries: [Entry] = []
  package internal(set) var keyBytes: [UInt8] = []
  package internal(set) var owners: [PrincipalID] = []
  /// The restores that were asked for last of entries that are archived, where the listing wants them.
  package internal(set) var restores: [Int: ArchiveRestore] = [:]
  package internal(set) var isTruncated = false
  /// What to ask `after` for the next page: the last entry's bytes. Nil when nothing is left.
  package internal(set) var next: [UInt8]?

  package init() {}

  /// The key, or the common prefix, of an entry of this page; shares the page's memory.
  package func key(_ entry: Entry) -> ArraySlice<UInt8> {
    keyBytes[Int(entry.keyStart)..<Int(entry.keyStart + entry.keyCount)]
  }
}
