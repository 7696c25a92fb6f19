import ArgumentParser
import Glibc
import Server

/// `weir serve`: runs the server until SIGTERM or SIGINT.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve a data directory.",
    discussion: """
      Root credentials come from WEIR_ROOT_ACCESS_KEY and WEIR_ROOT_SECRET_KEY, else from the data \
      directory, where the first start puts a pair that it makes and prints once. When everything is \
      ready, one line of JSON with the addresses goes to standard output; logs go to standard error.
      """)

  @Option(help: "The data directory (made when missing).")
  var data: String?
  @Option(help: "Address of the S3 API; may be given again. Port 0 picks a free one.")
  var listen: [String] = []
  @Option(help: "Address of the admin API, metrics and health.")
  var adminListen: String?
  @Option(help: "A YAML file of settings; see weir config example.")
  var config: String?
  @Option(help: "How sockets and files are driven: auto, uring or poll.")
  var io: String?
  @Option(help: "Threads of the data path; 0 is one for each core.")
  var rings: String?
  @Option(help: "A host name under which BUCKET.NAME addresses a bucket; may be given again.")
  var domain: [String] = []
  @Option(help: "The region that requests must be signed for.")
  var region: String?
  @Option(help: "Write a server access log in S3's format to this file.")
  var accessLog: String?
  @Option(name: .customLong("set"), help: "Any setting: NAME=VALUE; lists with commas. May be given again.")
  var settings: [String] = []

  func run() throws {
    let configuration: Configuration
    do throws(ConfigurationError) { configuration = try assemble() } catch {
      throw ValidationError(error.message)
    }
    throw ExitCode(ServerProcess.run(configuration))
  }

  private func assemble() throws(ConfigurationError) -> Configuration {
    var configuration = Configuration()
    if let config { try configuration.apply(file: config) }
    configuration.applyEnvironment()
    let single = [
      ("data", data), ("admin_listen", adminListen), ("io", io), ("rings", rings), ("region", region),
      ("access_log", accessLog),
    ]
    for (name, value) in single {
      if let value { try configuration.apply(name, .scalar(value)) }
    }
    if !listen.isEmpty { try configuration.apply("listen", .list(listen)) }
    if !domain.isEmpty { try configuration.apply("domains", .list(domain)) }
    for text in settings {
      guard let split = text.firstIndex(of: "=") else {
        throw ConfigurationError("--set \(text): write NAME=VALUE")
      }
      let value = String(text[text.index(after: split)...])
      let name = String(text[..<split])
      let isList = try Settings.named(name).defaultText.hasPrefix("[")
      try configuration.apply(
        name, isList ? .list(value.split(separator: ",").map(String.init)) : .scalar(value))
    }
    return configuration
  }
}
