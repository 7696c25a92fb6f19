/// What a server allows its clients.
package struct HTTPServerConfiguration: Sendable, Hashable {
  package var limits: HTTPLimits
  package var timeouts: HTTPTimeouts

  package init(limits: HTTPLimits = HTTPLimits(), timeouts: HTTPTimeouts = HTTPTimeouts()) {
    self.limits = limits
    self.timeouts = timeouts
  }
}
