import Testing

@testable import Ring

@Suite struct AddressTests {
  @Test(arguments: [
    ("127.0.0.1:9000", "127.0.0.1", 9000, "127.0.0.1:9000"),
    ("[::1]:9000", "::1", 9000, "[::1]:9000"),
    ("[::]:0", "::", 0, "[::]:0"),
    (":80", "0.0.0.0", 80, "0.0.0.0:80"),
    ("*:80", "0.0.0.0", 80, "0.0.0.0:80"),
    ("localhost:65535", "127.0.0.1", 65535, "127.0.0.1:65535"),
  ])
  func parses(_ text: String, _ host: String, _ port: Int, _ shown: String) throws {
    let address = try SocketAddress(parsing: text)
    #expect(address.host == host)
    #expect(address.port == port)
    #expect(address.description == shown)
  }

  @Test(arguments: ["", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "1.2.3:80", "a:80", "[::1]", "::1:x"])
  func refuses(_ text: String) {
    #expect(throws: InvalidSocketAddress.self) { try SocketAddress(parsing: text) }
  }

  @Test func survivesTheCForm() throws {
    for text in ["10.20.30.40:1234", "[fe80::1:2]:65535", "[::ffff:1.2.3.4]:5"] {
      let address = try SocketAddress(parsing: text)
      let (result, back) = unsafe SocketAddress.reading { target, length in
        unsafe address.withSockaddr { source, count in
          unsafe UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: Int(count))
          unsafe length.pointee = count
          return 0
        }
      }
      #expect(result == 0)
      #expect(back?.port == address.port)
      #expect(back?.host == (text.contains("ffff") ? "1.2.3.4" : address.host))
    }
  }
}
