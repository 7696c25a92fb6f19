import Access
import HTTP
package import Primitives

/// A line of the server access log in S3's format: 27 fields with a space between, `-` for what is not known.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html>
package struct AccessLogLine: Sendable, Equatable {
  package var bucketOwner: String?
  package var bucket: String?
  package var time = Timestamp(milliseconds: 0)
  package var remoteAddress: String?
  /// Canonical id of root, ARN of a user; nil for an anonymous request.
  package var requester: String?
  package var requestID: [UInt8] = []
  /// `REST.GET.OBJECT` and the like.
  package var operation = ""
  package var key: [UInt8]?
  /// `GET /bucket/key?query HTTP/1.1`, without signatures.
  package var requestLine: [UInt8] = []
  package var status = 0
  package var errorCode: String?
  package var bytesSent: UInt64 = 0
  package var objectSize: UInt64?
  /// Milliseconds from the head to the last byte of the reply.
  package var totalMilliseconds: UInt64?
  /// Milliseconds from the head to the first byte of the reply.
  package var turnAroundMilliseconds: UInt64?
  package var referer: [UInt8]?
  package var userAgent: [UInt8]?
  package var versionID: String?
  package var hostID: [UInt8] = []
  package var signatureVersion: StaticString?
  package var cipherSuite: String?
  package var authenticationType: StaticString?
  package var host: [UInt8]?
  package var tlsVersion: String?

  package init() {}

  package static func == (a: AccessLogLine, b: AccessLogLine) -> Bool { a.bytes == b.bytes }

  /// The line with its line feed.
  package var bytes: [UInt8] {
    var line: [UInt8] = []
    append(to: &line)
    return line
  }

  /// Appends the line with its line feed.
  package func append(to line: inout [UInt8]) {
    line.reserveCapacity(line.count + 512)
    var writer = FieldWriter(line: line)
    writer.plain(bucketOwner.map { Array($0.utf8) })
    writer.plain(bucket.map { Array($0.utf8) })
    writer.raw(AccessLogLine.time(time))
    writer.plain(remoteAddress.map { Array($0.utf8) })
    writer.plain(requester.map { Array($0.utf8) })
    writer.plain(requestID)
    writer.plain(Array(operation.utf8))
    writer.raw(key.map { Array(PercentEncoding.uriEncode($0, keepSlash: true).utf8) } ?? [])
    writer.quoted(requestLine)
    writer.number(UInt64(status))
    writer.plain(errorCode.map { Array($0.utf8) })
    writer.number(bytesSent == 0 ? nil : bytesSent)
    writer.number(objectSize)
    writer.number(totalMilliseconds)
    writer.number(turnAroundMilliseconds)
    writer.quoted(referer)
    writer.quoted(userAgent)
    writer.plain(versionID.map { Array($0.utf8) })
    writer.plain(hostID)
    writer.plain(signatureVersion.map { Array("\($0)".utf8) })
    writer.plain(cipherSuite.map { Array($0.utf8) })
    writer.plain(authenticationType.map { Array("\($0)".utf8) })
    writer.plain(host)
    writer.plain(tlsVersion.map { Array($0.utf8) })
    // Access point, ACL required, source region.
    for _ in 0..<3 { writer.plain(nil) }
    line = writer.finish()
  }

  /// `[06/Feb/2019:00:00:38 +0000]`, made of `Wed, 06 Feb 2019 00:00:38 GMT`.
  private static func time(_ moment: Timestamp) -> [UInt8] {
    var date: [UInt8] = []
    moment.append(imfFixdateTo: &date)
    guard date.count == 29 else { return [] }
    let slash = UInt8(ascii: "/")
    var text = [UInt8(ascii: "[")]
    text += date[5..<7] + [slash] + date[8..<11] + [slash] + date[12..<16] + [UInt8(ascii: ":")]
    text += date[17..<25] + Array(" +0000]".utf8)
    return text
  }
}

/// Writes fields so that no value can end its field or its line.
private struct FieldWriter {
  private var line: [UInt8]
  private var isFirst = true

  init(line: [UInt8]) { self.line = line }

  /// A value that is safe as it is.
  mutating func raw(_ value: [UInt8]) {
    separate()
    line += value.isEmpty ? [UInt8(ascii: "-")] : value
  }

  mutating func number(_ value: UInt64?) {
    raw(value.map { Array(String($0).utf8) } ?? [])
  }

  /// A value without quotes: blanks and anything that is not printable become `%XX`.
  mutating func plain(_ value: [UInt8]?) {
    separate()
    guard let value, !value.isEmpty else { return line.append(UInt8(ascii: "-")) }
    for byte in value {
      if (0x21...0x7E).contains(byte) {
        line.append(byte)
      } else {
        escape(byte, UInt8(ascii: "%"))
      }
    }
  }

  /// A value in quotes: quotes and backslashes get a backslash, what is not printable becomes `\xXX`.
  mutating func quoted(_ value: [UInt8]?) {
    separate()
    line.append(UInt8(ascii: "\""))
    for byte in value ?? [UInt8(ascii: "-")] {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        line.append(UInt8(ascii: "\\"))
        line.append(byte)
      case 0x20...0x7E: line.append(byte)
      default:
        line.append(UInt8(ascii: "\\"))
        escape(byte, UInt8(ascii: "x"))
      }
    }
    line.append(UInt8(ascii: "\""))
  }

  consuming func finish() -> [UInt8] {
    line.append(UInt8(ascii: "\n"))
    return line
  }

  private mutating func separate() {
    if !isFirst { line.append(UInt8(ascii: " ")) }
    isFirst = false
  }

  private mutating func escape(_ byte: UInt8, _ lead: UInt8) {
    line.append(lead)
    Hex.append([byte], to: &line)
  }
}
