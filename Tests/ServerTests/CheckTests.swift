import Access
import Foundation
import Testing

@testable import Server

@Suite struct CheckTests {
  @Test func theDefaultsAreGood() throws { try Configuration().check() }

  @Test(arguments: [
    ("listen: [nowhere]", "listen: "), ("tls_listen: [\"1.2.3.4:99999\"]", "tls_listen: "),
    ("admin_listen: x", "admin_listen: "), ("listen: []", "both empty"),
    ("tls_listen: [\"127.0.0.1:1\"]", "needs tls.certificate"),
    ("tls:\n  hosts: [x]", "HOST=CERTIFICATE,KEY"),
    ("root:\n  access_key: abcdef", "set both"),
  ])
  func refuses(yaml: String, message: String) throws {
    var configuration = Configuration()
    try configuration.apply(yaml: yaml)
    let error = #expect(throws: ConfigurationError.self) { try configuration.check() }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test func rootKeysAreRefusedInWords() {
    var configuration = Configuration()
    configuration.root.accessKey = "abcdef"
    configuration.root.secretKey = "short"
    let secret = #expect(throws: ConfigurationError.self) { try configuration.check() }
    #expect(secret?.message == "the root secret key must be 8 to 128 characters long")
    configuration.root.accessKey = "ab"
    let access = #expect(throws: ConfigurationError.self) { try configuration.check() }
    #expect(access?.message == "the root access key must be 3 to 128 letters, digits and _+=,.@-")
  }

  @Test func domainsAreLowerCase() throws {
    var configuration = Configuration()
    try configuration.apply("domains", .list(["S3.Example.test"]))
    #expect(configuration.domains == ["s3.example.test"])
    try configuration.apply(yaml: "domains: S3.Other.test")
    #expect(configuration.domains == ["s3.other.test"])
  }

  @Test func aFirstStartShowsThePairAsPlainText() throws {
    var ends: [Int32] = [0, 0]
    _ = unsafe ends.withUnsafeMutableBufferPointer { unsafe pipe($0.baseAddress) }
    let root = try RootCredentials(accessKeyID: "the-access-key", secretAccessKey: "the-secret-key")
    FirstStart.show(root, keptIn: "D/root-credentials", on: ends[1])
    close(ends[1])
    let shown = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true).readDataToEndOfFile()
    #expect(
      String(decoding: shown, as: Unicode.UTF8.self) == """
        Root credentials made; they are kept in D/root-credentials and not shown again:
          access key  the-access-key
          secret key  the-secret-key

        """)
  }
}
