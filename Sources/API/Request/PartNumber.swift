/// The `partNumber` parameter.
package enum PartNumber {
  /// Parts of one upload at most, and so the highest number.
  /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html>
  package static let maximum = 10_000

  /// The number, or nil when the parameter is not there.
  ///
  /// - Throws: InvalidArgument unless it is a decimal number from 1 to 10,000.
  package static func read(_ query: QueryParameters) throws(S3Error) -> Int? {
    guard let bytes = query.value("partNumber") else { return nil }
    guard let number = UInt64(decimal: bytes[...]), (1...UInt64(maximum)).contains(number) else {
      throw .partNumber(bytes[...].lossyText, maximum: maximum)
    }
    return Int(number)
  }

  /// The number of a request that must have one.
  package static func required(_ query: QueryParameters) throws(S3Error) -> Int {
    guard let number = try read(query) else { throw .partNumber("", maximum: maximum) }
    return number
  }
}
