/// Which way the bytes of a body go.
package enum Direction: Int, Sendable, CaseIterable {
  /// From the client to the server.
  case upload = 0
  /// From the server to the client.
  case download = 1

  /// As people and the admin API write it.
  package var name: String { self == .upload ? "upload" : "download" }
}

/// Where the client is.
package enum Network: Int, Sendable, CaseIterable {
  case intranet = 0
  case extranet = 1

  /// As people and the admin API write it.
  package var name: String { self == .intranet ? "intranet" : "extranet" }
}

/// What a limit is for: all traffic, or that of one network.
package enum TrafficScope: Int, Sendable, CaseIterable {
  case total = 0
  case intranet = 1
  case extranet = 2

  package var name: String {
    switch self {
    case .total: "total"
    case .intranet: "intranet"
    case .extranet: "extranet"
    }
  }

  /// The scope of one network.
  package init(_ network: Network) { self = network == .intranet ? .intranet : .extranet }
}
