import Primitives

/// The requests of a run as bytes, signed before the clock starts.
///
/// SAFETY (of the unchecked conformance): the memory is written in `init` only and freed in `deinit`; the
/// run holds the set until every connection has ended.
@safe final class RequestSet: @unchecked Sendable {
  /// Beyond this many keys requests are signed as they are needed, to bound memory.
  static let presignedMax = 65_536
  /// Bytes that the head of a request may have.
  static let headBytesMax = 8_192

  enum Kind: Sendable {
    case get, put, list
  }

  private let options: BenchOptions
  private let builder: Builder
  private let presigned: [UnsafeMutableRawBufferPointer]
  /// The body that goes with every request; empty but for `put`.
  let body: UnsafeMutableRawBufferPointer

  init(_ kind: Kind, options: BenchOptions) {
    self.options = options
    unsafe body = RequestSet.copy(kind == .put ? RequestSet.payload(options.size) : [])
    let builder = Builder(options: options, kind: kind)
    let count = options.objects <= RequestSet.presignedMax ? options.objects : 0
    unsafe presigned = (0..<count).map { unsafe RequestSet.copy(builder.build($0)) }
    self.builder = builder
  }

  deinit {
    // SAFETY: nobody is left who could read it.
    unsafe presigned.forEach { memory in unsafe memory.deallocate() }
    unsafe body.deallocate()
  }

  /// The head of the request for the key numbered `index`, which may be any number. What is not presigned
  /// is built in `scratch`, of `headBytesMax`.
  func head(_ index: Int, scratch: UnsafeMutableRawBufferPointer) -> UnsafeRawBufferPointer {
    let index = index % max(options.objects, 1)
    if unsafe !presigned.isEmpty { return unsafe UnsafeRawBufferPointer(presigned[index]) }
    let bytes = builder.build(index)
    precondition(bytes.count <= RequestSet.headBytesMax, "a request head outgrew its scratch memory")
    unsafe scratch.copyBytes(from: bytes)
    return unsafe UnsafeRawBufferPointer(rebasing: scratch[..<bytes.count])
  }

  private static func copy(_ bytes: [UInt8]) -> UnsafeMutableRawBufferPointer {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
    unsafe memory.copyBytes(from: bytes)
    return unsafe memory
  }

  /// The name of the key numbered `index`.
  static func name(_ index: Int, options: BenchOptions) -> String {
    guard options.directories > 0 else { return options.prefix + padded(index, to: 10) }
    let each = max((options.objects + options.directories - 1) / options.directories, 1)
    return options.prefix + padded(index / each, to: 6) + "/" + padded(index, to: 10)
  }

  private static func padded(_ number: Int, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Bytes that do not compress and differ within an object.
  private static func payload(_ count: Int) -> [UInt8] {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    return (0..<count).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: state)
    }
  }

  /// Builds and signs one request.
  private struct Builder: Sendable {
    let options: BenchOptions
    let kind: Kind
    let presign: RequestPresigner

    init(options: BenchOptions, kind: Kind) {
      self.options = options
      self.kind = kind
      presign = RequestPresigner(options)
    }

    func build(_ index: Int) -> [UInt8] {
      let method = kind == .put ? "PUT" : "GET"
      var path = "/"
      var query = ""
      if kind == .list {
        // One page after another, and round again.
        let pageKeys = max(options.pageKeys, 1)
        let pages = max((options.objects + pageKeys - 1) / pageKeys, 1)
        let after = RequestSet.name(index % pages * pageKeys, options: options)
        query =
          "list-type=2&max-keys=\(options.pageKeys)"
          + "&prefix=\(PercentEncoding.uriEncode(options.prefix, keepSlash: false))"
          + "&start-after=\(PercentEncoding.uriEncode(after, keepSlash: false))"
      } else {
        path += RequestSet.name(index, options: options)
      }
      path = PercentEncoding.uriEncode("/" + options.bucket + path, keepSlash: true)
      let target = presign(method, path, query)
      var text = "\(method) \(target) HTTP/1.1\r\nHost: \(options.authority)\r\n"
      if kind == .put { text += "Content-Length: \(options.size)\r\n" }
      return Array((text + "\r\n").utf8)
    }
  }
}
