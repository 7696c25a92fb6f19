import ArgumentParser
import Bench
import Foundation
import Glibc
import Primitives

/// `weir bench`: load on any S3 or OSS endpoint.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure an S3 or OSS endpoint under load.",
    discussion: """
      Credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, else from WEIR_ROOT_ACCESS_KEY and \
      WEIR_ROOT_SECRET_KEY. Requests are presigned before the clock starts. With --rate, latency counts from \
      when a request was due. The bucket must exist; keys begin with --prefix.
      """)

  @Argument(help: "get, put, mixed or list.")
  var mode: BenchMode
  @Option(help: "s3 or oss: how requests are signed, by version 4 of each.")
  var dialect = BenchDialect.s3
  @Option(help: "http://HOST:PORT")
  var endpoint = "http://127.0.0.1:9000"
  @Option(help: "The bucket.")
  var bucket = "bench"
  @Option(help: "What keys begin with.")
  var prefix = "bench/"
  @Option(help: "Spread the keys over so many prefixes that end in a slash.")
  var directories = 0
  @Option(help: "Size of an object, such as 4KiB.")
  var size = "4KiB"
  @Option(help: "How many different keys.")
  var objects = 1_000
  @Option(help: "Open connections.")
  var connections = 64
  @Option(help: "How long, such as 10s.")
  var duration = "10s"
  @Option(help: "End after this many requests instead.")
  var count: Int?
  @Option(help: "Requests a second, all connections together; none: as fast as they go.")
  var rate: Double?
  @Option(help: "Percent of PUTs in mixed.")
  var putShare = 30
  @Option(help: "Keys a page in list.")
  var pageKeys = 1_000
  @Option(help: "Threads of the generator.")
  var rings = 1
  @Option(help: "Region to sign for.")
  var region = "us-east-1"
  @Flag(help: "The objects that get and mixed read are there already.")
  var noPrepare = false
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let options = try assembled()
    let showsProgress = isatty(2) == 1
    let run = BenchRun(options) { line in
      if showsProgress { FileHandle.standardError.write(Data("\r\u{1B}[K\(line)".utf8)) }
    }
    let result = try run.run()
    if showsProgress { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    print(json ? result.json : result.text, terminator: json ? "\n" : "")
    if result.errors > 0 { throw ExitCode(1) }
  }

  private func assembled() throws -> BenchOptions {
    var options = BenchOptions()
    options.mode = mode
    options.dialect = dialect
    guard endpoint.hasPrefix("http://") else {
      throw ValidationError("--endpoint \(endpoint): write http://HOST:PORT (TLS is not measured yet)")
    }
    (options.authority, options.host, options.port) = try address()
    let environment = ProcessInfo.processInfo.environment
    options.accessKey = environment["AWS_ACCESS_KEY_ID"] ?? environment["WEIR_ROOT_ACCESS_KEY"] ?? ""
    options.secretKey =
      environment["AWS_SECRET_ACCESS_KEY"] ?? environment["WEIR_ROOT_SECRET_KEY"] ?? ""
    guard !options.accessKey.isEmpty, !options.secretKey.isEmpty else {
      throw ValidationError("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    }
    guard connections > 0, objects > 0, rings > 0, pageKeys > 0 else {
      throw ValidationError("--connections, --objects, --rings and --page-keys are at least 1")
    }
    try checkRanges()
    options.region = region
    options.bucket = bucket
    options.prefix = prefix
    options.directories = directories
    let bytes = try ByteCount.parse(size).bytes
    guard bytes <= Self.sizeMax else {
      throw ValidationError("--size \(size): 5GiB is the most that one PUT takes")
    }
    options.size = Int(bytes)
    options.objects = objects
    options.connections = connections
    options.duration = try DurationText.parse(duration)
    options.count = count
    options.rate = rate
    options.putShare = putShare
    options.pageKeys = pageKeys
    options.rings = rings
    options.prepares = !noPrepare
    return options
  }

  /// The greatest object that one PUT may write (S3, "Uploading objects").
  private static let sizeMax = 5 << 30

  private func checkRanges() throws {
    guard (0...1_000_000).contains(directories) else {
      throw ValidationError("--directories is 0 to 1000000")
    }
    guard (0...100).contains(putShare) else { throw ValidationError("--put-share is a percentage, 0 to 100") }
    if let count, count < 1 { throw ValidationError("--count is at least 1") }
    if let rate, !(rate > 0 && rate <= 1e9) {
      throw ValidationError("--rate is more than 0 requests a second")
    }
  }

  /// Authority, host and port of the endpoint; a host in brackets is an IPv6 address.
  private func address() throws -> (authority: String, host: String, port: Int) {
    var authority = String(endpoint.dropFirst("http://".count))
    while authority.hasSuffix("/") { authority.removeLast() }
    var host = authority[...]
    var port = 80
    if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
      host = authority[..<colon]
      guard let number = UInt16(authority[authority.index(after: colon)...]), number > 0 else {
        throw ValidationError("--endpoint \(endpoint): the port is a number from 1 to 65535")
      }
      port = Int(number)
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty else { throw ValidationError("--endpoint \(endpoint): write http://HOST:PORT") }
    return (authority, String(host), port)
  }
}

extension BenchMode: ExpressibleByArgument {}
extension BenchDialect: ExpressibleByArgument {}
