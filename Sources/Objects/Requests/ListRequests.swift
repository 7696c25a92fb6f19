package import Primitives

/// A page of a bucket's keys.
package struct ListObjectsRequest: Sendable {
  package var bucket: BucketInfo
  package var prefix: [UInt8] = []
  /// Empty: no grouping.
  package var delimiter: [UInt8] = []
  /// Only what sorts after this: a marker, start-after, or `ListObjectsPage.next`. Empty: from the start.
  package var after: [UInt8] = []
  /// Entries wanted; at most `ObjectLimits.pageLength` are given.
  package var limit = 1000
  /// Nil: now.
  package var asOf: Moment?
  /// Keys that do not begin with this are not there (a view of a part of the bucket).
  package var within: [UInt8] = []
  /// Whether restores of what is archived are wanted.
  package var showsRestores = false

  package init(bucket: BucketInfo) {
    self.bucket = bucket
  }
}

/// A page of a bucket's uploads.
package struct ListMultipartUploadsRequest: Sendable {
  package var bucket: BucketInfo
  package var prefix: [UInt8] = []
  package var delimiter: [UInt8] = []
  package var keyMarker: [UInt8] = []
  /// As the client sent it; without a key marker it is ignored. Empty: none.
  package var uploadIDMarker = ""
  package var limit = 1000

  package init(bucket: BucketInfo) {
    self.bucket = bucket
  }
}

/// One line of a listing of uploads.
package enum UploadListEntry: Hashable, Sendable {
  case upload(UploadInfo)
  /// A common prefix.
  case prefix([UInt8])
}

package struct ListMultipartUploadsPage: Sendable {
  package let entries: [UploadListEntry]
  package let isTruncated: Bool
  /// Where the next page goes on, when truncated: the last key or prefix, and the last upload id ("" behind a
  /// prefix).
  package let nextKeyMarker: [UInt8]
  package let nextUploadIDMarker: String
}

/// A page of an upload's parts.
package struct ListPartsRequest: Sendable {
  package var bucket: BucketInfo
  package var key: ObjectKey
  package var uploadID: String
  /// Only parts with a greater number.
  package var after = 0
  package var limit = 1000

  package init(bucket: BucketInfo, key: ObjectKey, uploadID: String) {
    self.bucket = bucket
    self.key = key
    self.uploadID = uploadID
  }
}

package struct ListPartsPage: Sendable {
  package let upload: UploadInfo
  package let parts: [PartInfo]
  package let isTruncated: Bool
  /// The last number of the page, 0 when it is empty.
  package let next: Int
}

/// A page of a completed object's parts (GetObjectAttributes).
package struct ObjectPartsPage: Sendable {
  package let total: Int
  package let parts: [ObjectPart]
  package let isTruncated: Bool
  package let next: Int
}

/// A page of buckets, by name.
package struct ListBucketsRequest: Sendable {
  /// Nil: everybody's.
  package var owner: PrincipalID?
  package var prefix = ""
  /// Only names after this one.
  package var after = ""
  package var limit = 10_000

  package init(owner: PrincipalID? = nil) {
    self.owner = owner
  }
}

package struct ListBucketsPage: Sendable {
  package let buckets: [BucketInfo]
  package let isTruncated: Bool
}
