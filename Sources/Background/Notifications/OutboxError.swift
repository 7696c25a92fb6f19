package import Metadata

/// Why a change of the webhooks was refused.
package enum OutboxError: MetadataFailure, Hashable {
  case exists(String)
  case noSuchHook(String)
  /// A name, a URL, a type or a secret breaks a rule; the text is a sentence.
  case invalid(String)
  /// There are as many as there may be.
  case tooMany(Int)
  case metadata(MetadataError)

  package init(_ failure: MetadataError) { self = .metadata(failure) }
}
