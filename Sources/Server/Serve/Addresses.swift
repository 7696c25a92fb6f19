import Glibc
import HTTP
import Logging
import Primitives
import Ring

/// Where the server listens, checked before anything is opened.
struct Addresses: Sendable {
  let plain: [SocketAddress]
  let tls: [SocketAddress]
  let admin: SocketAddress

  /// What was bound, with the ports that were picked.
  struct Bound {
    var plain: [SocketAddress] = []
    var tls: [SocketAddress] = []
    var admin: SocketAddress

    /// One line of JSON for whoever started the server.
    func readyLine(io: String, rings: Int) -> String {
      var line = "{\"event\":\"ready\""
      if let first = plain.first { line += ",\"s3\":\(JSONText.quoted("\(first)"))" }
      if let first = tls.first { line += ",\"tls\":\(JSONText.quoted("\(first)"))" }
      line += ",\"admin\":\(JSONText.quoted("\(admin)")),\"io\":\"\(io)\",\"rings\":\(rings)"
      return line + ",\"version\":\"\(Product.version)\"}"
    }
  }

  init(_ configuration: Configuration) throws(ConfigurationError) {
    plain = try Addresses.parse(configuration.listen, "listen")
    tls = try Addresses.parse(configuration.tlsListen, "tls_listen")
    guard let admin = try Addresses.parse([configuration.adminListen], "admin_listen").first else {
      throw ConfigurationError("admin_listen: give an address")
    }
    self.admin = admin
    guard !plain.isEmpty || !tls.isEmpty else {
      throw ConfigurationError("listen and tls_listen are both empty: give an address")
    }
    if !tls.isEmpty, configuration.tls.certificate.isEmpty || configuration.tls.key.isEmpty {
      throw ConfigurationError("tls_listen needs tls.certificate and tls.key")
    }
  }

  private static func parse(
    _ texts: [String], _ setting: String
  ) throws(ConfigurationError) -> [SocketAddress] {
    var addresses: [SocketAddress] = []
    for text in texts {
      do throws(InvalidSocketAddress) { addresses.append(try SocketAddress(parsing: text)) } catch {
        throw ConfigurationError("\(setting): \(error)")
      }
    }
    return addresses
  }

  /// Binds all of them. A listener of the front is named as it is written.
  func listen(
    front: HTTPServer, admin adminServer: HTTPServer, _ configuration: Configuration, _ logger: Logger
  ) throws(ConfigurationError) -> Bound {
    var bound = Bound(admin: try bind(adminServer, admin, tls: nil, name: "admin"))
    if !tls.isEmpty {
      let context = try TLSStart.context(configuration.tls, logger)
      for address in tls { bound.tls.append(try bind(front, address, tls: context, name: "\(address)")) }
    }
    for address in plain { bound.plain.append(try bind(front, address, tls: nil, name: "\(address)")) }
    return bound
  }

  private func bind(
    _ server: HTTPServer, _ address: SocketAddress, tls: TLSContext?, name: String
  ) throws(ConfigurationError) -> SocketAddress {
    do throws(IOError) {
      return try server.listen(address, tls: tls, name: name)
    } catch {
      throw ConfigurationError("cannot listen on \(address): \(error)\(Self.advice(error))")
    }
  }

  /// What to do about it, where that is known.
  private static func advice(_ error: IOError) -> String {
    switch error.errno {
    case EADDRINUSE:
      ". Another server has the port: end it, or choose another port (`ss -ltnp` shows who it is)"
    case EACCES: ". Ports below 1024 need CAP_NET_BIND_SERVICE: choose a higher one, or grant it"
    case EADDRNOTAVAIL: ". No interface of this machine has that address"
    default: ""
    }
  }
}
