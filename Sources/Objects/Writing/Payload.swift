import Primitives
import Volumes

/// What a body must turn out to be.
struct PayloadTerms: Sendable {
  var bucket: BucketInfo
  var key: ObjectKey
  /// The class of the object: where a blob is to lie.
  var storageClass: StorageClass
  var contentMD5: [UInt8]?
  /// The algorithm to compute.
  var algorithm: ChecksumAlgorithm
  /// The algorithm that the client's value is of, when it is another one: verified, not kept.
  var verified: ChecksumAlgorithm?
  /// The value announced in front of the body, of `verified` or else of `algorithm`.
  var expectedChecksum: [UInt8]?
}

/// A body that was read to its end and verified. Its blob is durable and nobody's yet.
struct Payload: Sendable {
  let size: UInt64
  let md5: [UInt8]
  let checksum: [UInt8]
  /// Nothing, inline bytes, or one whole blob.
  let pieces: [Piece]

  /// Extents to give back when no commit takes them.
  var extents: [ExtentLocation] {
    var all: [ExtentLocation] = []
    for case .slice(let slice) in pieces { all.append(contentsOf: slice.extents) }
    return all
  }

  /// As an object's content: small bytes stand behind the record.
  var content: Content { Content(pieces: pieces) }
}
