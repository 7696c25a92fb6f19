import Objects
import Primitives

/// Where an append begins: `position=0` and so on.
package enum AppendPosition {
  /// - Throws: InvalidArgument without it, and for what is no number of bytes.
  package static func read(_ request: APIRequest) throws(S3Error) -> UInt64 {
    guard let text = try request.query.string("position"), !text.isEmpty else {
      throw .invalidArgument("position", nil, "The position parameter is missing.")
    }
    guard text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }),
      let position = UInt64(text)
    else { throw .invalidArgument("position", text, "The position must be a number of bytes.") }
    return position
  }
}
