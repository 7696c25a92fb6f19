import ArgumentParser
import Foundation
import Primitives

/// `weir restore`: makes a bucket, or one object, what it was.
struct RestoreCommand: ParsableCommand {
  private static let purpose = "Make a bucket, a prefix or an object what it was."

  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: purpose,
    subcommands: [Begin.self, List.self, Show.self, Cancel.self, Forget.self], defaultSubcommand: Begin.self)

  /// What `weir restore` does when no other subcommand is named; so its help is that of `weir restore --help`.
  struct Begin: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: purpose,
      usage: """
        weir restore --bucket NAME --as-of TIME [--prefix P] [--dry-run] [--diff] [--to OTHER] [--rate N] [--yes]
        weir restore s3://BUCKET/KEY --version-id ID | --as-of TIME
        weir restore list | show ID [--follow] | cancel ID | forget ID
        """,
      discussion: """
        Objects come back as new versions that share the bytes of the old ones: no data above 4 KiB is copied (smaller \
        objects lie in the metadata). What is replaced or deleted is kept: by the bucket's versioning or recovery \
        window, else by the restore itself, for a week or until it is forgotten. So a restore can be undone, by a \
        restore to the moment it began; its report says how.

        With --to, the other bucket gets what the first was, over what it has; keys that only it has stay.

        On a terminal it is first found out what would change, and you are asked. Keys that somebody writes or \
        deletes while the restore runs are left as they are, and counted as skipped; what is damaged or locked is left \
        as it is, and counted as failed. Ctrl-C leaves the restore running.

        For one object, you are asked on a terminal where its bucket has neither versioning nor a recovery window; \
        what is printed says so when what was replaced is not kept.
        """)

    @OptionGroup var admin: AdminOptions
    @Option(help: "The bucket.")
    var bucket: String?
    @Option(
      parsing: .unconditional,
      help: "The moment: 2026-11-20T10:00:00Z, 1h ago, -1h, the id of a version or a restore, or view:NAME.")
    var asOf: String?
    @Option(help: "Only keys that begin with this.")
    var prefix: String?
    @Option(help: "Restore into this other bucket, over what it has, and leave the first as it is.")
    var to: String?
    @Option(help: "The version of the object to make current again (weir versions shows them).")
    var versionId: String?
    @Option(help: "Keys a second at most.")
    var rate: Int?
    @Flag(help: "Only find out what would change.")
    var dryRun = false
    @Flag(help: "Print a line for each change: + created, ~ replaced, - deleted, ! skipped, x failed.")
    var diff = false
    @Flag(help: "Do not ask.")
    var yes = false
    @Argument(help: "s3://BUCKET/KEY, with --version-id or --as-of: only this object.")
    var object: ObjectAddress?

    func run() throws {
      if let object { return try revert(object) }
      guard let bucket, let asOf, versionId == nil else {
        throw ValidationError(
          "write --bucket NAME --as-of TIME, or s3://BUCKET/KEY and one of --version-id ID and --as-of TIME, or list,"
            + " show, cancel or forget"
        )
      }
      if let rate, rate < 1 { throw ValidationError("--rate is at least 1 key a second") }
      var body = JSONBody()
      body.add("bucket", bucket)
      body.add("as_of", try WrittenTime.moment(asOf, "--as-of"))
      body.add("prefix", prefix)
      body.add("to", to)
      if let rate { body.add("rate", rate) }
      try RestoreRun(admin, diff: diff, yes: yes).run(body, isDryRun: dryRun)
    }

    private func revert(_ object: ObjectAddress) throws {
      try object.requireKey()
      let others: [Any?] = [bucket, prefix, to, rate]
      guard others.allSatisfy({ $0 == nil }), !dryRun, !diff else {
        throw ValidationError("with s3://BUCKET/KEY give --version-id or --as-of only")
      }
      guard (versionId == nil) != (asOf == nil) else {
        throw ValidationError(
          "say what it is to be: --version-id ID (weir versions s3://\(object.bucket)/\(object.key) shows them), or"
            + " --as-of TIME")
      }
      var body = JSONBody()
      body.add("key", object.key)
      body.add("version", versionId)
      body.add("as_of", try asOf.map { try WrittenTime.moment($0, "--as-of") })
      let target = AdminClient.target(["buckets", object.bucket, "revert"])
      let client = try admin.client()
      if !yes, !admin.json, Terminal.isInteractive { try confirm(client, object) }
      let reply = try client.call("POST", target, body: body.text)
      if admin.json { return print(reply) }
      let made = try Reply.decode(Reply.Reverted.self, reply)
      let size = ByteCount(made.size).approximate
      print(
        "s3://\(object.bucket)/\(object.key): "
          + (made.unchanged ? "is that already" : "\(size), again, as version \(made.version_id)"))
      if !made.replaced_is_kept { print("it cannot be undone: what it was before is not kept") }
    }

    /// Asks where what the object is now may be lost.
    private func confirm(_ client: AdminClient, _ object: ObjectAddress) throws {
      let reply = try client.call("GET", AdminClient.target(["buckets", object.bucket]))
      let bucket = try Reply.decode(Reply.Bucket.self, reply)
      guard bucket.versioning != "enabled", bucket.recovery_window_seconds == 0 else { return }
      let question =
        "\(object.bucket) has neither versioning nor a recovery window: what s3://\(object.bucket)/\(object.key) is"
        + " now may not be kept. Replace it?"
      guard Terminal.confirm(question) else {
        print("nothing was changed")
        throw ExitCode(1)
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "List the restores, the newest first. Those that are over are forgotten after a week, dry runs after an hour."
    )

    @OptionGroup var admin: AdminOptions

    func run() throws {
      let reply = try admin.client().call("GET", AdminClient.target(["restores"]))
      if admin.json { return print(reply) }
      var table = TextTable(columns: ["RESTORE", "BUCKET", "WHAT", "STARTED", "STATE", "KEYS", "CHANGED"])
      for job in try Reply.decode(Reply.Restores.self, reply).restores {
        table.add([
          job.id, job.bucket, job.what, job.started, job.state + (job.dry_run ? " (dry run)" : ""),
          "\(job.examined)/\(job.planned)", "\(job.changed)",
        ])
      }
      print(table.text, terminator: "")
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show a restore, as far as it is.")

    @OptionGroup var admin: AdminOptions
    @Flag(help: "Wait until it is over, with a bar.")
    var follow = false
    @Flag(help: "Print a line for each change: + created, ~ replaced, - deleted, ! skipped, x failed.")
    var diff = false
    @Argument(help: "The restore's id.")
    var id: String

    func run() throws {
      let run = try RestoreRun(admin, diff: diff, yes: true)
      try run.report(follow ? try run.wait(for: id) : try run.show(id))
    }
  }

  struct Cancel: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "End a restore where it is. What it has done stays.")

    @OptionGroup var admin: AdminOptions
    @Argument(help: "The restore's id.")
    var id: String

    func run() throws {
      let run = try RestoreRun(admin, diff: false, yes: true)
      try run.report(try run.client.call("POST", AdminClient.target(["restores", id, "cancel"])))
    }
  }

  struct Forget: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Delete what is noted of a restore that is over, and what it kept for its undoing. What it has done stays."
    )

    @OptionGroup var admin: AdminOptions
    @Argument(help: "The restore's id.")
    var id: String

    func run() throws {
      let reply = try admin.client().call("DELETE", AdminClient.target(["restores", id]))
      print(admin.json ? reply : "forgot restore \(id)")
    }
  }
}

/// `weir undelete`: takes delete markers away.
struct UndeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undelete",
    abstract: "Take away the delete markers made in a time, so that objects are back.",
    discussion: """
      For buckets with versioning, where a delete leaves a marker. Where several lie on top of an object all of them \
      are taken away, unless one was made at another time. A marker is taken away for good: to keep the \
      bucket's whole past restorable, give the bucket a recovery window first, or use weir restore --as-of.
      """)

  @OptionGroup var admin: AdminOptions
  @Option(
    parsing: .unconditional, help: "Markers made from this moment on: 2026-11-20T10:00:00Z, 1h ago or -1h.")
  var since: String
  @Option(parsing: .unconditional, help: "Markers made up to this moment; else up to now.")
  var until: String?
  @Option(help: "Keys a second at most.")
  var rate: Int?
  @Flag(help: "Only find out what would come back.")
  var dryRun = false
  @Flag(help: "Print a line for each object that comes back.")
  var diff = false
  @Flag(help: "Do not ask.")
  var yes = false
  @Argument(help: "s3://BUCKET or s3://BUCKET/PREFIX")
  var place: ObjectAddress

  func run() throws {
    if let rate, rate < 1 { throw ValidationError("--rate is at least 1 key a second") }
    var body = JSONBody()
    body.add("bucket", place.bucket)
    body.add("prefix", place.key)
    body.add("undelete_since", try WrittenTime.moment(since, "--since"))
    body.add("undelete_until", try until.map { try WrittenTime.moment($0, "--until") })
    if let rate { body.add("rate", rate) }
    let run = try RestoreRun(admin, diff: diff, yes: yes)
    try warn(run.client)
    try run.run(body, isDryRun: dryRun)
  }

  /// Says what it costs where nothing keeps the markers.
  private func warn(_ client: AdminClient) throws {
    let reply = try client.call("GET", AdminClient.target(["buckets", place.bucket]))
    guard try Reply.decode(Reply.Bucket.self, reply).recovery_window_seconds == 0 else { return }
    let note = """
      \(place.bucket) has no recovery window: once markers are taken away, it cannot be shown or restored as of \
      earlier moments any more. weir restore --as-of brings objects back and keeps the past.

      """
    FileHandle.standardError.write(Data(note.utf8))
  }
}
