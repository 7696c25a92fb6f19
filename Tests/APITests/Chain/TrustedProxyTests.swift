import Flow
import HTTP
import Primitives
import Ring
import Testing

@testable import API

/// Who asks, where proxies are in between, and in which network they are.
@Suite struct TrustedProxyTests {
  private static func client(
    _ peer: String, _ proxies: [String], _ headers: [String]
  ) throws -> String? {
    let address = try SocketAddress(parsing: peer)
    return try TrustedProxies(proxies).client(behind: address, head("GET /", headers).headers)?.host
  }

  private static let proxies = ["10.0.0.0/8", "192.0.2.1", "fd00::/8"]

  @Test(arguments: [
    ("203.0.113.7", "203.0.113.7"), (" 203.0.113.7 ", "203.0.113.7"), ("203.0.113.7:4711", "203.0.113.7"),
    ("2001:db8::1", "2001:db8::1"), ("[2001:db8::1]", "2001:db8::1"), ("[2001:db8::1]:80", "2001:db8::1"),
    ("::ffff:203.0.113.7", "203.0.113.7"),
    // The right-most that is no proxy's; what the client wrote itself stands left of it.
    ("1.1.1.1, 203.0.113.7", "203.0.113.7"), ("1.1.1.1, 203.0.113.7, 10.1.2.3", "203.0.113.7"),
    ("203.0.113.7,192.0.2.1,fd00::5", "203.0.113.7"),
    // Proxies only: the first of them.
    ("10.9.9.9, 10.1.2.3", "10.9.9.9"),
    // What is no address is the end of what can be believed.
    ("203.0.113.7, unknown, 10.1.2.3", "10.1.2.3"), ("203.0.113.7,,10.1.2.3", "10.1.2.3"),
  ])
  func theLastAddressThatIsNoProxysIsTheClient(_ header: String, _ client: String) throws {
    #expect(try Self.client("10.0.0.1:5", Self.proxies, ["X-Forwarded-For: \(header)"]) == client)
  }

  @Test(arguments: ["", "unknown", "10.0.0.300", "*:80", ":80", "a\u{20AC}b"])
  func whatIsNoAddressSaysNothing(_ header: String) throws {
    #expect(try Self.client("10.0.0.1:5", Self.proxies, ["X-Forwarded-For: \(header)"]) == nil)
  }

  @Test func linesAreOneList() throws {
    let headers = ["X-Forwarded-For: 1.1.1.1, 203.0.113.7", "x-forwarded-for: 10.1.2.3"]
    #expect(try Self.client("10.0.0.1:5", Self.proxies, headers) == "203.0.113.7")
  }

  @Test func onlyTrustedProxiesAreBelieved() throws {
    let headers = ["X-Forwarded-For: 203.0.113.7"]
    #expect(try Self.client("11.0.0.1:5", Self.proxies, headers) == nil)
    #expect(try Self.client("10.0.0.1:5", [], headers) == nil)
    #expect(try Self.client("10.0.0.1:5", Self.proxies, []) == nil)
    #expect(throws: UnitError.self) { try TrustedProxies(["10.0.0.0/33"]) }
    #expect(throws: UnitError.self) { try TrustedProxies(["proxy.example"]) }
  }

  /// By its address, the end of the name that it calls, or the listener that it came to.
  @Test func theIntranetIsToldByAnyOfThree() throws {
    let networks = try ClientNetworks(
      sources: ["10.0.0.0/8", "fc00::/7"], hosts: [".internal"], listeners: ["192.0.2.9:9000"])
    func network(_ address: String, _ host: String = "x", _ listener: String = "0.0.0.0:9000") throws
      -> Network
    {
      networks.network(
        address: try #require(SocketAddress.octets(ofNumeric: address)), host: slice(host), listener: listener
      )
    }
    #expect(try network("10.1.2.3") == .intranet && network("fd00::1") == .intranet)
    #expect(try network("11.1.2.3") == .extranet && network("2001:db8::1") == .extranet)
    #expect(try network("11.1.2.3", "oss.INTERNAL:9000") == .intranet)
    #expect(try network("11.1.2.3", "oss.internal.example") == .extranet)
    #expect(try network("11.1.2.3", "x", "192.0.2.9:9000") == .intranet)
    #expect(ClientNetworks.none.network(address: [10, 0, 0, 1], host: nil) == .extranet)
  }
}
