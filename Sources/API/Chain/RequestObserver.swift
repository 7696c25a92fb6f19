/// Told of every request when it is over: metrics and the access log.
package protocol RequestObserver: AnyObject, Sendable {
  /// Called once a request, on its ring, after the last byte of the reply. `request` must not be kept.
  func finished(_ request: APIRequest)
}
