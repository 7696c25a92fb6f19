import HTTP

extension APIRequest {
  /// The reply that refuses the request. `region` is told to clients whose signature or rights are in doubt,
  /// since they may have come to the wrong region.
  func refusal(_ error: S3Error, region: String) -> Reply {
    let told = dialect.refusal(error, refusalContext)
    outcome.errorCode = told.code
    var head = reply(told.status)
    if target.bucket != nil, error.code == .accessDenied || error.code == .authorizationHeaderMalformed {
      head.add(names.bucketRegion, region)
    }
    for header in told.headers { head.add(header.name, header.value) }
    head.add("Content-Type", "application/xml")
    return .complete(head, told.document[...])
  }
}
