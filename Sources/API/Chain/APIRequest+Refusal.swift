import HTTP

extension APIRequest {
  /// The reply that refuses the request. `region` is told to clients whose signature or rights are in doubt,
  /// since they may have come to the wrong region.
  func refusal(_ error: S3Error, region: String) -> Reply {
    outcome.errorCode = error.code.name
    var head = reply(error.status)
    if target.bucket != nil, error.code == .accessDenied || error.code == .authorizationHeaderMalformed {
      head.add(names.bucketRegion, region)
    }
    for header in error.headers { head.add(header.name, header.value) }
    head.add("Content-Type", "application/xml")
    return .complete(head, dialect.errorDocument(error, identifiers)[...])
  }
}
