import ArgumentParser
import Primitives
import Server

/// `weir user`: identities of a running server.
struct UserCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "Create, list and delete users of a running server.",
    subcommands: [Create.self, List.self, Delete.self])

  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Create a user with one access key. The secret is shown this once.")

    @OptionGroup var admin: AdminOptions
    @Argument(help: "1 to 64 of letters, digits and _+=,.@-")
    var name: String

    func run() throws {
      let reply = try admin.client().call("POST", "/v1/users", body: "{\"name\":\(JSONText.quoted(name))}")
      if admin.json { return print(reply) }
      let made = try Reply.decode(Reply.NewUser.self, reply)
      print("user        \(made.name)")
      print("access key  \(made.access_key)")
      print("secret key  \(made.secret_key)")
      print("The secret is not shown again.")
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the users and their access keys.")

    @OptionGroup var admin: AdminOptions

    func run() throws {
      let reply = try admin.client().call("GET", "/v1/users")
      if admin.json { return print(reply) }
      let users = try Reply.decode(Reply.Users.self, reply).users
      var table = TextTable(columns: ["USER", "ACCESS KEY", "STATUS", "CREATED"])
      for user in users {
        if user.access_keys.isEmpty { table.add([user.name, "-", "-", user.created]) }
        for key in user.access_keys { table.add([user.name, key.access_key, key.status, key.created]) }
      }
      print(table.text, terminator: "")
    }
  }

  struct Delete: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Delete a user and its access keys. Its buckets stay, and only root reaches them then.")

    @OptionGroup var admin: AdminOptions
    @Flag(help: "Only say what would be deleted.")
    var dryRun = false
    @Argument(help: "The user's name.")
    var name: String

    func run() throws {
      var escaped: [UInt8] = []
      PercentEncoding.appendURIEncoded(name.utf8, keepSlash: false, to: &escaped)
      let path = "/v1/users/" + String(decoding: escaped, as: Unicode.UTF8.self)
      let reply = try admin.client().call(dryRun ? "GET" : "DELETE", path)
      if admin.json { return print(reply) }
      let user = try Reply.decode(Reply.User.self, reply)
      print(
        "\(dryRun ? "would delete" : "deleted") \(user.name) and "
          + Terminal.count(user.access_keys.count, "access key")
      )
    }
  }
}

/// The admin API's answers, as the subcommands read them.
enum Reply {
  struct NewUser: Decodable { let name, access_key, secret_key: String }
  struct User: Decodable {
    struct Key: Decodable { let access_key, status, created: String }
    let name, arn, created: String
    let access_keys: [Key]
  }
  struct Users: Decodable { let users: [User] }
}
