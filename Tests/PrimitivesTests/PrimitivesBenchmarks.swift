import Glibc
import Primitives
import Testing

/// What the primitives cost, printed. Run by hand in a release build:
/// `WEIR_BENCHMARK=1 swift test -c release --filter PrimitivesBenchmarks`.
// SAFETY: only asks whether the variable is there; nothing here changes the environment.
@Suite(.enabled(if: unsafe getenv("WEIR_BENCHMARK") != nil), .serialized)
struct PrimitivesBenchmarks {
  /// The best of seven rounds, in nanoseconds of this thread an iteration.
  private func measure(_ name: String, bytes: Int = 0, iterations: Int, _ body: () -> Void) {
    var best = UInt64.max
    for _ in 0..<7 {
      let start = Self.threadTime()
      for _ in 0..<iterations { body() }
      best = min(best, Self.threadTime() - start)
    }
    let nanoseconds = Double(best) / Double(iterations)
    let rate = bytes > 0 ? "  \(Double(Int(Double(bytes) / nanoseconds * 100)) / 100) GB/s" : ""
    print("\(name): \(Double(Int(nanoseconds * 10)) / 10) ns\(rate)")
  }

  private static func threadTime() -> UInt64 {
    var time = timespec()
    // SAFETY: the pointer is to a local for the length of the call.
    _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// Keeps the optimiser from dropping what is measured.
  @inline(never) private func use<Value>(_ value: Value) { withExtendedLifetime(value) {} }

  @Test func checksums() {
    print("CRC kernel: \(CRC.kernelName)")
    for size in [48, 256, 4096, 65_536, 1 << 20] {
      let data = SecureRandom.bytes(size)
      let iterations = max(20, 50_000_000 / (size + 100))
      measure("crc32c \(size)", bytes: size, iterations: iterations) { use(CRC.crc32c(data)) }
      measure("crc32 \(size)", bytes: size, iterations: iterations) { use(CRC.crc32(data)) }
      measure("crc64nvme \(size)", bytes: size, iterations: iterations) { use(CRC.crc64nvme(data)) }
    }
    measure("combine crc64nvme, random length", iterations: 10_000) {
      use(CRC.combineCRC64NVME(1, 2, lengthB: 0x1_2345_6789))
    }
  }

  @Test func digests() {
    for size in [64, 400, 4096, 65_536] {
      let data = SecureRandom.bytes(size)
      let iterations = max(20, 5_000_000 / (size + 100))
      measure("sha256 \(size)", bytes: size, iterations: iterations) { use(SHA256.hash(data)) }
      measure("md5 \(size)", bytes: size, iterations: iterations) { use(MD5.hash(data)) }
      let digest = Digest(.md5)
      measure("Digest(md5) update and finish \(size)", bytes: size, iterations: iterations) {
        digest.update(data)
        use(digest.finish())
      }
    }
    let key = HMACSHA256Key(SecureRandom.bytes(32))
    let message = SecureRandom.bytes(40)
    let longer = SecureRandom.bytes(140)
    measure("hmac-sha256 40 bytes", iterations: 100_000) { use(key.authenticate(message)) }
    measure("hmac-sha256 140 bytes", iterations: 100_000) { use(key.authenticate(longer)) }
    measure("HMACSHA256Key.init", iterations: 100_000) { use(HMACSHA256Key(message)) }
  }

  @Test func text() {
    let moment = Timestamp.now()
    let imf = Array(moment.imfFixdate.utf8)
    let basic = Array(moment.basic.utf8)
    var buffer: [UInt8] = []
    buffer.reserveCapacity(64)
    measure("append imfFixdate", iterations: 1_000_000) {
      buffer.removeAll(keepingCapacity: true)
      moment.append(imfFixdateTo: &buffer)
    }
    measure("append iso8601", iterations: 1_000_000) {
      buffer.removeAll(keepingCapacity: true)
      moment.append(iso8601To: &buffer)
    }
    measure("parse imfFixdate", iterations: 300_000) { use(Timestamp(imfFixdate: imf)) }
    measure("parse basic", iterations: 300_000) { use(Timestamp(basic: basic)) }
    measure("Timestamp.now", iterations: 1_000_000) { use(Timestamp.now()) }
    let digest = SecureRandom.bytes(32)
    let hex = Array(Hex.encode(digest).utf8)
    measure("hex encode 32", iterations: 300_000) { use(Hex.encode(digest)) }
    measure("hex decode 64", iterations: 300_000) { use(Hex.decode(hex)) }
    measure("base64 encode 32", iterations: 300_000) { use(Base64.encode(digest)) }
    let key = Array("photos/2026/01/summer holiday/IMG_0001.jpeg".utf8)
    measure("uri encode 43", iterations: 300_000) {
      buffer.removeAll(keepingCapacity: true)
      PercentEncoding.appendURIEncoded(key, keepSlash: true, to: &buffer)
    }
    measure("percent decode 43", iterations: 300_000) {
      use(PercentEncoding.decode(key, plusIsSpace: false))
    }
    measure("utf8 validate 43", iterations: 1_000_000) { use(UTF8.isValid(key)) }
    measure("request id", iterations: 300_000) { use(SecureRandom.requestID()) }
    var histogram = LatencyHistogram()
    var value: UInt64 = 1
    measure("histogram record", iterations: 1_000_000) {
      value = value &* 6_364_136_223_846_793_005 &+ 1
      histogram.record(value >> 40)
    }
  }

  @Test func xml() throws {
    let key = Array("photos/2026/01/summer holiday/IMG_0001.jpeg".utf8)
    let moment = Timestamp.now()
    measure("listing page of 1000 entries", iterations: 200) {
      var writer = XMLWriter(capacity: 400_000)
      writer.open("ListBucketResult", xmlns: "http://s3.amazonaws.com/doc/2006-03-01/")
      for index in 0..<1000 {
        writer.open("Contents")
        writer.element("Key", key)
        writer.element("LastModified", moment, wholeSeconds: true)
        writer.element("ETag", "\"d41d8cd98f00b204e9800998ecf8427e\"")
        writer.element("Size", index &* 7919)
        writer.element("StorageClass", "STANDARD")
        writer.close("Contents")
      }
      writer.close("ListBucketResult")
      use(writer.bytes)
    }
    var writer = XMLWriter(capacity: 400_000)
    writer.open("CompleteMultipartUpload", xmlns: "http://s3.amazonaws.com/doc/2006-03-01/")
    for index in 1...10_000 {
      writer.open("Part")
      writer.element("PartNumber", index)
      writer.element("ETag", "\"d41d8cd98f00b204e9800998ecf8427e\"")
      writer.close("Part")
    }
    writer.close("CompleteMultipartUpload")
    let document = writer.bytes
    let parts = try XMLReader.parse(document).children.count
    measure("parse \(parts) parts, \(document.count) bytes", bytes: document.count, iterations: 5) {
      use(try? XMLReader.parse(document))
    }
  }
}
