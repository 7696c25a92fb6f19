import Primitives

/// RFC 2047 encoded words, `=?charset?B|Q?text?=`, in which S3 carries user metadata that is not ASCII.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata>
package enum EncodedWord {
  /// The text with its encoded words decoded; blanks between two encoded words vanish (section 6.2). What
  /// does not decode stays as it is.
  package static func decode(_ text: String) -> String {
    let bytes = Array(text.utf8)
    guard bytes.contains(UInt8(ascii: "=")) else { return text }
    var output: [UInt8] = []
    var index = 0
    /// Where the output ended after the last encoded word, while only blanks have followed it.
    var afterWord: Int?
    while index < bytes.count {
      if let (word, end) = word(in: bytes, at: index) {
        if let mark = afterWord { output.removeSubrange(mark...) }
        output.append(contentsOf: word)
        afterWord = output.count
        index = end
      } else {
        let byte = bytes[index]
        if byte != 0x20 && byte != 0x09 { afterWord = nil }
        output.append(byte)
        index += 1
      }
    }
    return String(decoding: output, as: Unicode.UTF8.self)
  }

  /// The text as one or more `=?UTF-8?B?…?=`, each within 75 characters (section 2) and whole characters.
  package static func encode(_ text: String) -> String {
    var words: [String] = []
    var piece: [UInt8] = []
    for scalar in text.unicodeScalars {
      let bytes = Array(String(scalar).utf8)
      // 45 bytes are 60 Base64 characters, and the frame takes 12.
      if piece.count + bytes.count > 45 {
        words.append("=?UTF-8?B?\(Base64.encode(piece))?=")
        piece = []
      }
      piece.append(contentsOf: bytes)
    }
    words.append("=?UTF-8?B?\(Base64.encode(piece))?=")
    return words.joined(separator: " ")
  }

  /// The encoded word at `start`, in UTF-8, and where it ends.
  private static func word(in bytes: [UInt8], at start: Int) -> (text: [UInt8], end: Int)? {
    guard bytes[start...].starts(with: [UInt8(ascii: "="), UInt8(ascii: "?")]) else { return nil }
    let mark = UInt8(ascii: "?")
    guard let charsetEnd = bytes[(start + 2)...].firstIndex(of: mark),
      charsetEnd + 2 < bytes.count, bytes[charsetEnd + 2] == mark,
      let textEnd = bytes[(charsetEnd + 3)...].firstIndex(of: mark),
      textEnd + 1 < bytes.count, bytes[textEnd + 1] == UInt8(ascii: "=")
    else { return nil }
    let encoded = bytes[(charsetEnd + 3)..<textEnd]
    let raw: [UInt8]?
    switch bytes[charsetEnd + 1] | 0x20 {
    case UInt8(ascii: "b"): raw = Base64.decode(encoded)
    case UInt8(ascii: "q"): raw = decodeQ(encoded)
    default: raw = nil
    }
    guard let raw, let text = utf8(raw, charset: bytes[(start + 2)..<charsetEnd]) else { return nil }
    return (text, textEnd + 2)
  }

  /// Section 4.2: `_` is a space and `=XX` a byte.
  private static func decodeQ(_ encoded: ArraySlice<UInt8>) -> [UInt8]? {
    var output: [UInt8] = []
    var index = encoded.startIndex
    while index < encoded.endIndex {
      let byte = encoded[index]
      switch byte {
      case UInt8(ascii: "_"): output.append(0x20)
      case UInt8(ascii: "="):
        guard index + 2 < encoded.endIndex, let decoded = Hex.decode(encoded[(index + 1)...(index + 2)])
        else { return nil }
        output.append(contentsOf: decoded)
        index += 2
      default: output.append(byte)
      }
      index += 1
    }
    return output
  }

  private static func utf8(_ bytes: [UInt8], charset: ArraySlice<UInt8>) -> [UInt8]? {
    switch String(decoding: charset, as: Unicode.UTF8.self).uppercased() {
    case "UTF-8", "US-ASCII": Primitives.UTF8.isValid(bytes) ? bytes : nil
    case "ISO-8859-1": Array(HeaderText.latin1(bytes).utf8)
    default: nil
    }
  }
}
