/// What a dialect's listings are like, beyond names.
package struct ListingSpelling: Sendable {
  /// Keys of a page when the request does not say.
  package let defaultKeys: Int
  /// Whether a request for more than a thousand keys is an error, and not one for a thousand.
  package let refusesMoreKeys: Bool
  /// Whether each page of ListObjects says where the next begins, not only one with a delimiter.
  package let alwaysShowsNextMarker: Bool
  /// Whether an entry says how its object was made (`Type`).
  package let showsType: Bool
  /// Whether an entry names its checksum's algorithm.
  package let showsChecksums: Bool
  /// Whether an owner has a `DisplayName` beside the id.
  package let showsDisplayNames: Bool
  /// Whether parameters that were not sent are echoed as empty elements.
  package let echoesEmpty: Bool
  /// Whether a token or marker that is empty is none, and not a wrong one.
  package let ignoresEmptyMarkers: Bool
  /// Whether keys are percent-encoded where `encoding-type=url` asks for it, and not form-encoded, with `+` for a
  /// blank.
  package let percentEncodesKeys: Bool
  /// Whether tokens and markers follow `encoding-type` as keys do.
  package let encodesTokens: Bool
  /// Whether a bucket without tags shows an empty set, and not an error.
  package let showsEmptyTagSets: Bool
}
