/// Every way in which a request body can be refused while or before it is read.
///
/// All of them mean: nothing is stored. The mapping to S3 codes is in `BodyError+S3.swift`.
package enum BodyError: Error, Sendable, Equatable {
  /// Fewer or more bytes than declared.
  case incomplete(expected: UInt64, provided: UInt64)
  /// The body, or its aws-chunked framing, stopped or broke in the middle; what was wrong, for the log.
  case terminatedUnexpectedly(StaticReason)
  /// The client stalled or was too slow.
  case timedOut
  /// No `Content-Length`, or a streaming payload without `x-amz-decoded-content-length`.
  case missingContentLength
  /// `Transfer-Encoding` on a body that is not in aws-chunked framing.
  case transferEncodingNotImplemented
  /// `x-amz-decoded-content-length` is not a number.
  case malformedDecodedLength(String)
  /// The body's SHA-256 is not the declared one; lower-case hex.
  case contentSHA256Mismatch(declared: String, computed: String)
  /// A chunk below 8192 bytes that is not the last. `chunk` counts from 1 and names the chunk after it.
  case invalidChunkSize(chunk: UInt64, badSize: UInt64)
  /// A chunk's or the trailer's signature is wrong.
  case signatureMismatch(accessKeyID: String, stringToSign: [UInt8], provided: String)
  /// The trailer is missing, undeclared, misnamed or does not parse.
  case malformedTrailer
  /// A checksum trailer whose value does not decode; the field's name.
  case invalidTrailerChecksum(header: String)
  /// A buffered body above its limit, in bytes.
  case tooLarge(limit: Int)
  /// The server's clients hold as much memory as they may.
  case overMemory
  /// Uploads have been forbidden meanwhile.
  case forbidden

  /// What was wrong with the framing, for logs.
  package enum StaticReason: String, Sendable, Equatable {
    case disconnected
    case transferCoding
    case chunkHeader
    case chunkHeaderTooLong
    case chunkEnd
    case missingSignature
    case missingEnd
    case dataAfterEnd
  }
}
