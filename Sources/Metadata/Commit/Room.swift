/// Which updates are refused for now, and why.
struct Room: Sendable {
  private let keeping: MetadataError?
  private let freeing: MetadataError?

  /// Room for everything.
  static let plenty = Room(refusing: nil)

  /// Refuses updates that keep something, and those that make room.
  init(keeping: MetadataError?, freeing: MetadataError?) {
    self.keeping = keeping
    self.freeing = freeing
  }

  /// Refuses everything, or with nil nothing.
  init(refusing reason: MetadataError?) {
    self.init(keeping: reason, freeing: reason)
  }

  /// Why an update is refused; nil when it is not.
  func refusal(for purpose: UpdatePurpose) -> MetadataError? {
    switch purpose {
    case .keep: keeping
    case .free: freeing
    }
  }
}
