extension Configuration {
  /// Judges what no single setting shows: addresses, networks and proxies, the root credentials, the hosts of TLS,
  /// the reserves. The server does so before it touches anything.
  ///
  /// - Throws: `ConfigurationError` for what the server would refuse to start with.
  package func check() throws(ConfigurationError) {
    _ = try Addresses(self)
    _ = try networks()
    _ = try proxies()
    _ = try RootCredentialsSource.given(self)
    _ = try TLSStart.hosts(tls)
    _ = try VolumePlan(self)
    guard disk.deleteReserve <= disk.reserve else {
      throw ConfigurationError("disk.delete_reserve must not be above disk.reserve")
    }
  }
}
