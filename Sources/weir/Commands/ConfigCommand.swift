import ArgumentParser
import Server

/// `weir config`: what can be configured.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Show what can be configured.", subcommands: [Example.self, Check.self])

  /// `weir config example`.
  struct Example: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print a configuration file with every setting, its unit and its default.")

    func run() { print(Configuration.example, terminator: "") }
  }

  /// `weir config check FILE`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check a configuration file, together with the environment, as serve would.")

    @Argument(help: "The YAML file.")
    var file: String

    func run() throws {
      var configuration = Configuration()
      do throws(ConfigurationError) {
        try configuration.apply(file: file)
        configuration.applyEnvironment()
        try configuration.check()
      } catch {
        throw ValidationError(error.message)
      }
      print("\(file) is good.")
    }
  }
}
