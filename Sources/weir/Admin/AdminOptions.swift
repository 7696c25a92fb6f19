import Access
import ArgumentParser
import Foundation
import Server

/// Options of every subcommand that talks to a running server.
struct AdminOptions: ParsableArguments {
  private static let usualServer = "http://127.0.0.1:9001"

  @Option(help: "The admin API of the server.")
  var admin = Self.usualServer
  @Option(help: "The data directory to read the root credentials from, when they are not in the environment.")
  var data: String?
  @Flag(help: "Print JSON.")
  var json = false

  /// Where a command of this program asks the same server with the same credentials: the options that were given, each
  /// after a space, for commands that are to be pasted back.
  var repeated: String {
    let server = admin == Self.usualServer ? "" : " --admin \(Terminal.quoted(admin))"
    return server + (data.map { " --data \(Terminal.quoted($0))" } ?? "")
  }

  func client() throws -> AdminClient {
    let credentials: RootCredentials
    do throws(ConfigurationError) {
      credentials = try RootCredentialsSource.forClient(dataDirectory: data)
    } catch { throw ValidationError(error.message) }
    return try AdminClient(url: admin, credentials: credentials)
  }
}

extension Reply {
  static func decode<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
    do { return try JSONDecoder().decode(type, from: Data(text.utf8)) } catch {
      throw AdminClient.Problem("the server's answer was not understood: is it another version? (\(text))")
    }
  }
}
