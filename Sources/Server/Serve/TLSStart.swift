import HTTP
import Logging

/// Makes the TLS context of the configuration.
enum TLSStart {
  /// The files of each host in `tls.hosts`. - Throws: for an entry that is not HOST=CERTIFICATE,KEY.
  static func hosts(_ tls: Configuration.TLS) throws(ConfigurationError) -> [String: TLSCertificateFiles] {
    var named: [String: TLSCertificateFiles] = [:]
    for entry in tls.hosts {
      let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
      let files = parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : []
      guard files.count == 2 else {
        throw ConfigurationError("tls.hosts: \"\(entry)\" is not HOST=CERTIFICATE,KEY")
      }
      named[parts[0]] = TLSCertificateFiles(certificateFile: files[0], keyFile: files[1])
    }
    return named
  }

  /// - Throws: `ConfigurationError` when a host entry is malformed or a certificate or key cannot be used.
  static func context(
    _ tls: Configuration.TLS, _ logger: Logger
  ) throws(ConfigurationError) -> TLSContext {
    let named = try hosts(tls)
    do throws(TLSError) {
      return try TLSContext(
        certificateFile: tls.certificate, keyFile: tls.key, named: named,
        log: { logger.notice("\($0)") })
    } catch { throw ConfigurationError("TLS cannot start: \(error)") }
  }
}
