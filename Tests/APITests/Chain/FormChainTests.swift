import HTTP
import Objects
import Primitives
import Testing

@testable import API

/// Browsers' forms through the chain, over loopback.
@Suite(.serialized) struct FormChainTests {
  private static let root = (id: "rootkey", secret: "rootsecret")

  /// A policy of these conditions, in base64.
  private static func policy(_ conditions: String) -> String {
    Base64.encode(Array("{\"expiration\":\"2099-01-01T00:00:00Z\",\"conditions\":[\(conditions)]}".utf8))
  }

  /// The fields that sign a policy with version 4.
  private static func signed(_ policy: String, secret: String = root.secret, isOSS: Bool = false) -> [(
    String, String
  )] {
    var date: [UInt8] = []
    Timestamp.now().append(basicTo: &date)
    let (day, time) = (date.prefix(8)[...].lossyText, date[...].lossyText)
    let scope = SigV4Scope(day: day, region: "us-east-1", service: isOSS ? "oss" : "s3")
    let key =
      isOSS
      ? OSSV4.signingKey(secret: Array(secret.utf8), scope: scope)
      : SigV4.signingKey(secret: Array(secret.utf8), scope: scope)
    let signature = SigV4.signature(Array(policy.utf8), key: key)[...].lossyText
    let ending = isOSS ? "oss/aliyun_v4_request" : "s3/aws4_request"
    let credential = "\(root.id)/\(day)/us-east-1/\(ending)"
    return isOSS
      ? [
        ("x-oss-signature-version", "OSS4-HMAC-SHA256"), ("x-oss-credential", credential),
        ("x-oss-date", time),
        ("policy", policy), ("x-oss-signature", signature),
      ]
      : [
        ("x-amz-algorithm", "AWS4-HMAC-SHA256"), ("X-Amz-Credential", credential), ("X-Amz-Date", time),
        ("Policy", policy), ("X-Amz-Signature", signature),
      ]
  }

  private static let open =
    #"["starts-with","$key",""],["starts-with","$x-amz-algorithm",""],"#
    + #"["starts-with","$x-amz-credential",""],["starts-with","$x-amz-date",""]"#
  private static let openOSS =
    #"["starts-with","$x-oss-signature-version",""],["starts-with","$x-oss-credential",""],"#
    + #"["starts-with","$x-oss-date",""]"#

  private static func body(_ fields: [(String, String)], _ file: [UInt8]?, behind: String = "") -> [UInt8] {
    var body: [UInt8] = []
    for (name, value) in fields {
      body += Array("--X\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
    }
    if let file {
      body +=
        Array("--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.txt\"\r\n\r\n".utf8) + file
        + [13, 10]
    }
    return body + Array((behind.isEmpty ? "--X--\r\n" : "--X\r\n" + behind).utf8)
  }

  private static func post(
    _ api: RunningAPI, _ fields: [(String, String)], _ file: [UInt8]? = Array("data".utf8),
    behind: String = ""
  ) async throws -> Answer {
    try await api.exchange(
      "POST", "/photos",
      [("host", "127.0.0.1:\(api.port)"), ("content-type", "multipart/form-data; boundary=X")],
      body: body(fields, file, behind: behind))
  }

  @Test(arguments: [0, 1, 4096, 4097, 100_000, 3_000_000]) func aFileIsStored(_ size: Int) async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      // Full of what delimiters are made of.
      let file = (0..<size).map { Array("\r\n--".utf8)[($0 &* 7 ^ $0 >> 5) % 4] }
      for (isOSS, key) in [(false, "s3/f.txt"), (true, "oss/f.txt")] {
        let fields = Self.signed(Self.policy(isOSS ? Self.openOSS : Self.open), isOSS: isOSS)
        let reply = try await Self.post(
          api, [("key", key.prefix { $0 != "/" } + "/${filename}")] + fields, file)
        #expect(reply.status == 204 && reply.fields["location"]?.hasSuffix("/photos/\(key)") == true)
        let get = try await api.send("GET", "/photos/\(key)")
        #expect(get.body == file && get.fields["etag"]?.lowercased() == reply.fields["etag"]?.lowercased())
      }
    }
  }

  @Test func whatAnswersASuccess() async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      let anything =
        Self.open
        + #",["starts-with","$success_action_status",""],["starts-with","$success_action_redirect",""]"#
      let fields = [("key", "a b")] + Self.signed(Self.policy(anything))
      for (asked, status) in [("200", 200), ("201", 201), ("204", 204), ("404", 204), ("", 204)] {
        let reply = try await Self.post(
          api, fields + [("success_action_status", asked), ("success_action_redirect", "")])
        #expect(reply.status == status)
        guard status == 201 else {
          #expect(reply.body.isEmpty)
          continue
        }
        #expect(reply.element("Bucket") == "photos" && reply.element("Key") == "a b")
        #expect(reply.element("Location")?.hasSuffix("/photos/a%20b") == true)
        #expect(
          reply.element("ETag") == "&quot;8d777f385d3dfec8815d20f7496026dc&quot;"
            || reply.element("ETag") == reply.fields["etag"])
      }
      for (url, start) in [
        ("http://x/y?z=1#f", "http://x/y?z=1&bucket=photos"), ("https://x", "https://x?bucket=photos"),
      ] {
        let reply = try await Self.post(
          api, fields + [("success_action_redirect", url), ("success_action_status", "200")])
        let location = reply.fields["location"] ?? ""
        #expect(reply.status == 303 && location.hasPrefix(start), "\(location)")
        #expect(location.contains("&key=a%20b&etag=%228d777f385d3dfec8815d20f7496026dc%22"))
      }
      let ignored = try await Self.post(
        api, fields + [("success_action_redirect", "no url"), ("success_action_status", "")])
      #expect(ignored.status == 204)
    }
  }

  /// What comes behind the file changes nothing, and the next request is one of its own.
  @Test func theRestIsIgnored() async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      let fields = [("key", "k")] + Self.signed(Self.policy(Self.open))
      let behind = "Content-Disposition: form-data; name=\"acl\"\r\n\r\npublic-read\r\n--X--\r\n"
      #expect(try await Self.post(api, fields, behind: behind).status == 204)
      #expect(try await api.send("GET", "/photos/k").text == "data")
    }
  }

  /// Nothing is stored by a form that is refused.
  @Test func refusals() async throws {
    try await RunningAPI.run { api in
      _ = try await api.send("PUT", "/photos")
      let policy = Self.policy(Self.open + #",["content-length-range",2,5]"#)
      let good = [("key", "k")] + Self.signed(policy)
      for (fields, file, code, status) in [
        ([("key", "k")], Array("data".utf8), "AccessDenied", 403),
        (
          [("key", "k")] + Self.signed(policy, secret: "other"), Array("data".utf8), "SignatureDoesNotMatch",
          403
        ),
        (good, Array("x".utf8), "EntityTooSmall", 400), (good, Array("123456".utf8), "EntityTooLarge", 400),
        (good, nil, "InvalidArgument", 400),
        (Array(good.dropFirst()), Array("data".utf8), "InvalidArgument", 400),
        (good + [("acl", "private")], Array("data".utf8), "AccessDenied", 403),
        (Array(good.dropLast()), Array("data".utf8), "InvalidArgument", 400),
      ] as [([(String, String)], [UInt8]?, String, Int)] {
        let reply = try await Self.post(api, fields, file)
        #expect(reply.code == code && reply.status == status, "\(reply.text)")
      }
      let wrong = try await api.exchange(
        "POST", "/photos", [("host", "x"), ("content-type", "text/plain")], body: [1])
      #expect(wrong.code == "PreconditionFailed" && wrong.status == 412)
      let cut = try await api.exchange(
        "POST", "/photos", [("host", "x"), ("content-type", "multipart/form-data; boundary=X")],
        body: Array(Self.body(good, Array("data".utf8)).dropLast(6)))
      #expect(cut.code == "MalformedPOSTRequest" && cut.status == 400)
      #expect(try await api.send("GET", "/photos/k").code == "NoSuchKey")
      // In the words of who is told.
      let oss = try await Self.post(api, [("key", "k")] + Self.signed(policy, secret: "other", isOSS: true))
      #expect(oss.code == "SignatureDoesNotMatch" && oss.fields["x-oss-request-id"] != nil)
      #expect(oss.element("EC") != nil)
    }
  }
}
