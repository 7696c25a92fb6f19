import ArgumentParser
import Server

/// The command line: `weir SUBCOMMAND`.
struct Weir: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weir", abstract: "A self-hosted object store that speaks S3.",
    discussion: "Start with: weir serve --data ./data", version: Product.version,
    subcommands: [
      Serve.self, UserCommand.self, BucketCommand.self, VersionsCommand.self, RestoreCommand.self,
      UndeleteCommand.self, ViewCommand.self, LifecycleCommand.self, VolumeCommand.self, PoolCommand.self,
      GroupCommand.self, RequesterCommand.self, FlowCommand.self, NotifyCommand.self, MetadataCommand.self,
      ScrubCommand.self,
      FsckCommand.self, ConfigCommand.self, BenchCommand.self, OperationsCommand.self,
    ])
}
