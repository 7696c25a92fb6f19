package import HTTP

extension HeaderVocabulary {
  /// Adds the ids of a request to the head of its reply.
  package func add(_ identifiers: RequestIdentifiers, to head: inout ResponseHead) {
    if let hostID { head.add(hostID, identifiers.hostID) }
    head.add(requestID, identifiers.requestID)
  }
}
