import Primitives

/// The numbers of a listing request.
package enum ListParameters {
  /// A page holds no more, whatever is asked for.
  package static let pageLimit = 1000

  /// `max-keys` and its like: absent or empty is 1000, more is 1000. `argument` is the parameter's name in the
  /// message for a negative number (`maxKeys`, but `max-uploads`).
  ///
  /// - Throws: InvalidArgument, with one message for what is no number of 32 bits and another for a negative.
  package static func maximum(
    _ query: QueryParameters, _ name: StaticString, argument: String
  ) throws(S3Error) -> Int {
    guard let bytes = query.value(name), !bytes.isEmpty else { return pageLimit }
    return min(try number(bytes, "\(name)", argument: argument), pageLimit)
  }

  /// `max-keys`, as the request's dialect has it.
  ///
  /// - Throws: InvalidArgument as `maximum`; in OSS also for more than a page holds, and for a page of none.
  package static func keys(_ request: APIRequest) throws(S3Error) -> Int {
    let listing = request.dialect.listing
    guard let bytes = request.query.value("max-keys"), !bytes.isEmpty else { return listing.defaultKeys }
    let wanted = try number(bytes, "max-keys", argument: listing.refusesMoreKeys ? "max-keys" : "maxKeys")
    guard listing.refusesMoreKeys else { return min(wanted, pageLimit) }
    guard (1...pageLimit).contains(wanted) else {
      throw .invalidArgument("max-keys", bytes[...].lossyText, "max-keys must be between 1 and \(pageLimit)")
    }
    return wanted
  }

  /// A number between 0 and 2^31 - 1.
  package static func number(
    _ bytes: [UInt8], _ name: String, argument: String
  ) throws(S3Error) -> Int {
    let text = String(decoding: bytes, as: Unicode.UTF8.self)
    guard let number = Int32(text) else {
      throw .invalidArgument(name, text, "Provided \(name) not an integer or within integer range")
    }
    guard number >= 0 else {
      throw .invalidArgument(
        argument, text, "Argument \(argument) must be an integer between 0 and 2147483647")
    }
    return Int(number)
  }

  /// Whether `encoding-type=url` was asked for.
  ///
  /// - Throws: InvalidArgument for any other encoding.
  package static func isURLEncoded(_ query: QueryParameters) throws(S3Error) -> Bool {
    guard let value = query.value("encoding-type"), !value.isEmpty else { return false }
    guard value.elementsEqual("url".utf8) else {
      throw .invalidArgument(
        "encoding-type", String(decoding: value, as: Unicode.UTF8.self),
        "Invalid Encoding Method specified in Request")
    }
    return true
  }
}
