import Objects
import Primitives

/// A form as it comes in: its fields first, then its file as the body of an object. What follows the file is left.
///
/// Confined to the ring of its connection.
final class FormBody {
  private let source: S3ObjectBody
  private var parser: FormFieldParser
  private var decoder: FormFileDecoder
  private let buffer = FramingBuffer(size: FormBody.bufferSize)
  /// What of the buffer is not decoded yet.
  private var pending = 0..<0
  private var size: UInt64 = 0
  /// Bytes that the file may have; nil: any.
  var allowed: ClosedRange<UInt64>?

  private static let bufferSize = 32 << 10
  /// What it holds at most, in bytes.
  static let memoryBytes = bufferSize + FormLimits().totalBytes

  init(_ source: S3ObjectBody, _ boundary: FormBoundary) {
    self.source = source
    parser = FormFieldParser(boundary)
    decoder = FormFileDecoder(boundary)
  }

  /// The names of the fields that have come so far, in the order of arrival.
  var fieldNames: [String] { parser.fields.map(\.name) }

  /// Receives some more of the body; 0 is its end.
  func receive() async throws(BodyError) -> Int {
    // SAFETY: the buffer lives as long as this, and nobody reads it meanwhile.
    try await unsafe source.readBytes(into: buffer.memory)
  }

  /// Reads what was received, before the file begins. Gives the form once it does.
  func readFields(_ count: Int) throws(FormError) -> PostForm? {
    guard count > 0 else { throw .malformed(.end) }
    // SAFETY: `receive` has filled the first `count` bytes; they are copied.
    let bytes = unsafe [UInt8](buffer.memory[..<count])
    let taken = try parser.take(bytes[...])
    guard parser.isAtFile else { return nil }
    pending = taken..<count
    return PostForm(parser)
  }

  private func readFile(into target: UnsafeMutableRawBufferPointer) async throws(S3Error) -> Int {
    precondition(target.count > 0, "no room for a byte")
    while !decoder.isFinished {
      let count = try unsafe decode(into: target)
      if count > 0 { return count }
      if decoder.isFinished { break }
      do throws(BodyError) {
        pending = 0..<(try await receive())
      } catch {
        throw S3Error(error)
      }
      if pending.isEmpty { throw S3Error(.malformedPOSTRequest) }
    }
    if let allowed, size < allowed.lowerBound {
      throw S3Error(
        .entityTooSmall,
        elements: [("ProposedSize", String(size)), ("MinSizeAllowed", String(allowed.lowerBound))])
    }
    return 0
  }

  /// Decodes what is pending; gives the bytes that made.
  private func decode(into target: UnsafeMutableRawBufferPointer) throws(S3Error) -> Int {
    let progress: FormFileDecoder.Progress
    do throws(FormError) {
      // SAFETY: `pending` lies within the buffer, which is not written while it is decoded.
      progress = try unsafe decoder.decode(
        UnsafeRawBufferPointer(rebasing: buffer.memory[pending]), into: target)
    } catch {
      throw S3Error(.malformedPOSTRequest)
    }
    pending = (pending.lowerBound + progress.consumed)..<pending.upperBound
    size += UInt64(progress.produced)
    if let allowed, size > allowed.upperBound {
      throw S3Error(
        .entityTooLarge,
        elements: [("ProposedSize", String(size)), ("MaxSizeAllowed", String(allowed.upperBound))])
    }
    return progress.produced
  }
}

extension FormBody: ObjectBody {
  /// Where the file ends is not known before.
  var length: UInt64? { nil }

  func read(into target: UnsafeMutableRawBufferPointer) async throws(ObjectBodyError) -> Int {
    do {
      // SAFETY: the caller keeps the target until this returns.
      return try await unsafe readFile(into: target)
    } catch {
      throw ObjectBodyError(underlying: error)
    }
  }

  func trailingChecksum() -> (ChecksumAlgorithm, [UInt8])? { nil }
}
