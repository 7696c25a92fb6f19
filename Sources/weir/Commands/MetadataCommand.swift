import ArgumentParser
import Foundation
import Glibc
import Primitives
import Server

/// `weir metadata`: what is done so that the metadata outlives its disk.
struct MetadataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metadata", abstract: "Back up, restore and rebuild the metadata.",
    subcommands: [Rebuild.self, Backup.self, Backups.self, Restore.self])

  struct Rebuild: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Make the metadata again from the volumes, after its disk was lost. The server must be stopped.")

    @Option(help: "The data directory.")
    var data: String
    @Flag(help: "Only say what would be done.")
    var dryRun = false
    @Flag(help: "Move metadata that is there, and opens, aside.")
    var force = false
    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      let line = ProgressLine()
      let outcome = try inWords { () throws(ConfigurationError) in
        try MetadataTools(data: data, adopts: !dryRun)
          .rebuild(isDryRun: dryRun, force: force) { line.show($0) }
      }
      line.clear()
      print(json ? outcome.json : outcome.text, terminator: json ? "\n" : "")
    }
  }

  struct Backup: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Back up the metadata to a directory, of a running server or of a data directory at rest.",
      discussion: """
        With --data DIR that no server uses, the backup is taken from there; else the running server is asked, \
        and writes the directory as its own user. Backups of one directory share what has not changed.
        """)

    @OptionGroup var admin: AdminOptions
    @Option(help: "The directory for the backups; made when missing.")
    var to: String
    @Option(help: "Backups to keep in it.")
    var keep = BackupDefaults.keep

    func run() throws {
      guard keep >= 1 else { throw ValidationError("--keep is at least 1") }
      if let data = admin.data, FileManager.default.fileExists(atPath: data + "/FORMAT"),
        !MetadataTools.isServed(data)
      {
        let outcome = try inWords { () throws(ConfigurationError) in
          try MetadataTools(data: data).backUp(to: to, keep: keep)
        }
        return print(admin.json ? outcome.json : outcome.text, terminator: admin.json ? "\n" : "")
      }
      let path = URL(fileURLWithPath: to).standardizedFileURL.path
      let client = try admin.client()
      let line = ProgressLine()
      let begun = try Reply.decode(
        Reply.Job.self,
        client.call(
          "POST", "/v1/metadata/backups", body: "{\"to\":\(JSONText.quoted(path)),\"keep\":\(keep)}"))
      var waited = 0
      while true {
        let text = try client.call("GET", "/v1/metadata/backups/\(begun.job)")
        let state = try Reply.decode(Reply.BackupState.self, text)
        if state.state == "running" {
          line.show("backing up, \(waited / 10) s")
          waited += 1
          usleep(100_000)
          continue
        }
        line.clear()
        guard state.state == "done", let backup = state.backup, let time = state.time else {
          throw AdminClient.Problem(state.message ?? "the backup failed")
        }
        return print(admin.json ? text : "backup \(backup) of \(time) in \(path): \(state.bytes ?? 0) bytes")
      }
    }
  }

  struct Backups: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the backups in a directory.")

    @Option(help: "The directory.")
    var from: String
    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      let backups = try inWords { () throws(ConfigurationError) in try MetadataTools.backups(in: from) }
      if json { return print("{\"backups\":[\(backups.map(\.json).joined(separator: ","))]}") }
      var table = TextTable(columns: ["BACKUP", "TIME", "BYTES", "FILES"])
      for backup in backups {
        table.add(["\(backup.id)", backup.time, "\(backup.bytes)", "\(backup.files)"])
      }
      print(table.text, terminator: "")
    }
  }

  struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Put a backup in the place of the metadata. The server must be stopped.",
      discussion: """
        Everything committed after the backup is gone then: when only the metadata's disk was lost, use weir \
        metadata rebuild, which brings back all of it.
        """)

    @Option(help: "The directory of backups.")
    var from: String
    @Option(help: "The data directory.")
    var data: String
    @Option(help: "Which backup; the newest when not given.")
    var backup: UInt32?
    @Flag(help: "Move metadata that is there aside.")
    var force = false
    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      let outcome = try inWords { () throws(ConfigurationError) in
        try MetadataTools(data: data, adopts: true).restore(from: from, id: backup, force: force)
      }
      print(json ? outcome.json : outcome.text, terminator: json ? "\n" : "")
    }
  }
}

/// Runs what may refuse, and gives the refusal to the user in its own words.
private func inWords<R>(_ body: () throws(ConfigurationError) -> R) throws -> R {
  do throws(ConfigurationError) { return try body() } catch { throw AdminClient.Problem(error.message) }
}

extension Reply {
  struct Job: Decodable { let job: Int }
  struct BackupState: Decodable {
    let state: String
    let message: String?
    let backup: Int?
    let bytes: Int?
    let time: String?
  }
}
