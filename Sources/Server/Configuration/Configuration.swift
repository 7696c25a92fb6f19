/// Everything that can be configured, with its default. Parsed once at start; immutable from then on.
///
/// Sources, weakest first: the defaults here, the file (`--config`), the environment
/// (`WEIR_ROOT_ACCESS_KEY`, `WEIR_ROOT_SECRET_KEY`), the command line. `Settings.all` names each of them.
package struct Configuration: Sendable {
  /// The data directory. Everything the server keeps lies below it.
  package var data = "./data"
  /// Addresses of the plain HTTP listeners. Port 0 picks a free port.
  package var listen = ["127.0.0.1:9000"]
  /// Addresses of the TLS listeners; needs `tls.certificate` and `tls.key`.
  package var tlsListen: [String] = []
  /// Address of the admin API, metrics and health.
  package var adminListen = "127.0.0.1:9001"
  /// `auto`, `uring` or `poll`.
  package var io = "auto"
  /// Rings (threads of the data path); 0 is one for each core.
  package var rings = 0
  /// Pins each ring to a core when there are as many rings as cores.
  package var pinRings = false
  /// The region that requests must be signed for.
  package var region = "us-east-1"
  /// Host names, in lower case, under which `BUCKET.DOMAIN` addresses a bucket.
  package var domains: [String] = []
  /// Addresses and blocks of the proxies whose `X-Forwarded-For` is believed.
  package var trustedProxies: [String] = []
  /// Where the server access log goes; empty is nowhere.
  package var accessLog = ""
  package var root = Root()
  package var tls = TLS()
  package var limits = Limits()
  package var timeouts = Timeouts()
  package var log = Log()
  package var disk = Disk()
  package var metadata = Metadata()
  package var volumes = Volumes()
  package var objects = Objects()
  package var reclaim = Reclaim()
  package var scrub = Scrub()
  package var lifecycle = Lifecycle()
  package var classes = Classes()
  package var flow = Flow()
  package var notify = Notify()

  package init() {}

  /// The root credentials; both empty: taken from the data directory, or made there on the first start.
  package struct Root: Sendable, CustomStringConvertible {
    package var accessKey = ""
    package var secretKey = ""
    package var description: String { "Root(\(accessKey))" }
  }

  package struct TLS: Sendable {
    /// PEM file: the certificate and its chain.
    package var certificate = ""
    /// PEM file: the private key.
    package var key = ""
    /// More certificates by host name (SNI): `HOST=CERTIFICATE,KEY`.
    package var hosts: [String] = []
  }

  package struct Limits: Sendable {
    package var connections = 16_384
    /// Bytes.
    package var requestLine = 8_192
    /// Bytes of the whole header section.
    package var headers = 16_384
    package var headerCount = 128
    /// Bytes that clients may make the server hold.
    package var memory = 512 << 20
  }

  package struct Timeouts: Sendable {
    package var idle: Duration = .seconds(75)
    package var header: Duration = .seconds(20)
    package var body: Duration = .seconds(30)
    package var drain: Duration = .seconds(30)
    /// Bytes a second, over windows of `body`; 0 is no minimum.
    package var minimumRate = 1_024
  }

  package struct Log: Sendable {
    /// `trace`, `debug`, `info`, `notice`, `warning`, `error` or `critical`.
    package var level = "info"
    /// `text` or `json`.
    package var format = "text"
  }

  package struct Disk: Sendable {
    /// Free bytes below which nothing is stored any more.
    package var reserve = 256 << 20
    /// Free bytes below which not even a deletion is committed.
    package var deleteReserve = 64 << 20
  }

  package struct Metadata: Sendable {
    /// Bytes.
    package var blockCache = 64 << 20
    /// Time without a request after which the block cache is emptied, large memtables are written out and memory is
    /// given back; zero is never.
    package var releaseAfter: Duration = .seconds(60)
    /// Bytes of one memtable.
    package var writeBuffer = 16 << 20
    /// Whether to start with a write-ahead log damaged in its middle, without what lies behind.
    package var acceptDamagedLog = false
    /// Whether what is committed is also written to a journal on the volumes.
    package var journal = true
    /// From a write to the journal to its sync, at most.
    package var journalInterval: Duration = .seconds(1)
    /// Where backups of the metadata go by themselves; empty is nowhere.
    package var backupDirectory = ""
    package var backupInterval: Duration = .seconds(86_400)
    /// Backups that are kept.
    package var backupKeep = BackupDefaults.keep
  }

  package struct Volumes: Sendable {
    /// Bytes of one segment file.
    package var segmentSize = 256 << 20
    /// Bytes; blobs up to this size are packed together.
    package var packThreshold = 128 << 10
    /// `auto` or `off`.
    package var directIO = "auto"
    /// Volumes beside the one of the data directory: `NAME=DIRECTORY`.
    package var directories: [String] = []
  }

  package struct Reclaim: Sendable {
    /// Bytes a second that are copied out of sparse segments; 0 is no limit.
    package var rate = 64 << 20
    /// Percent of a segment that must be dead.
    package var threshold = 50
    package var interval: Duration = .seconds(5)
  }

  package struct Scrub: Sendable {
    /// Bytes a second that are read; 0 turns the background scrub off.
    package var rate = 16 << 20
    /// From the end of one pass to the beginning of the next.
    package var interval: Duration = .seconds(168 * 3_600)
  }

  package struct Lifecycle: Sendable {
    /// A day of the rules.
    package var day: Duration = .seconds(86_400)
    /// Between two looks for what is due.
    package var interval: Duration = .seconds(60)
    /// Keys a second; 0 is no limit.
    package var rate = 20_000
    /// Bytes a second that are copied to the volumes of other classes; 0 is no limit.
    package var moveRate = 256 << 20
  }

  /// How objects of the archives are read.
  package struct Classes: Sendable {
    package var archiveNeedsRestore = true
    /// How long a restore takes.
    package var archiveDelay: Duration = .zero
    package var glacierNeedsRestore = true
    /// The same, by tier.
    package var glacierExpedited: Duration = .zero
    package var glacierStandard: Duration = .zero
    package var glacierBulk: Duration = .zero
    package var deepArchiveNeedsRestore = true
    package var deepArchiveExpedited: Duration = .zero
    package var deepArchiveStandard: Duration = .zero
    package var deepArchiveBulk: Duration = .zero
    /// Names of the volumes on which objects of each class are written; empty: the one of the data directory.
    package var standardVolumes: [String] = []
    package var standardIAVolumes: [String] = []
    package var oneZoneIAVolumes: [String] = []
    package var intelligentTieringVolumes: [String] = []
    package var glacierIRVolumes: [String] = []
    package var archiveVolumes: [String] = []
    package var glacierVolumes: [String] = []
    package var deepArchiveVolumes: [String] = []
  }

  package struct Flow: Sendable {
    /// Addresses and blocks whose clients are in the intranet.
    package var intranetSources = [
      "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1", "fc00::/7",
    ]
    /// Ends of host names, in lower case, whose clients are in the intranet.
    package var intranetHosts: [String] = []
    /// Those of `listen` and `tlsListen` that only the intranet can reach.
    package var intranetListeners: [String] = []
    /// Bytes each second that limits of groups and requesters must be at least where OSS's clients set them; 0: any.
    package var minimumBandwidth: UInt64 = 0
    /// Percent of a limit from which on it is reported.
    package var reportThreshold = 80
    /// How long a limit must be crossed for an event.
    package var eventAfter: Duration = .seconds(60)
  }

  package struct Notify: Sendable {
    /// What names this server in events: a URI reference.
    package var source = "/weir"
    package var timeout: Duration = .seconds(10)
    /// Calls before an event is given up.
    package var attempts = 16
    package var firstDelay: Duration = .seconds(1)
    /// PEM file of the authorities that are believed; empty: those of the system.
    package var certificateAuthorities = ""
  }

  package struct Objects: Sendable {
    /// Bytes; objects up to this size live inside the metadata.
    package var inlineThreshold = 4_096
  }
}
