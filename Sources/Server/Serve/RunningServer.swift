import API
import Access
import Background
import Flow
import Glibc
import HTTP
import Logging
import Metadata
import Objects
import Ring
import Volumes

/// A server that is up: what it is made of, and the order of its end.
final class RunningServer: Sendable {
  let configuration: Configuration
  let logger: Logger
  let directory: DataDirectory
  let rings: RingGroup
  let storage: Storage
  let background: BackgroundWork
  let front: HTTPServer
  let admin: HTTPServer
  let accessLog: LineSink?
  let readyLine: String

  init(
    configuration: Configuration, logger: Logger, directory: DataDirectory, rings: RingGroup,
    storage: Storage, background: BackgroundWork, front: HTTPServer, admin: HTTPServer, accessLog: LineSink?,
    readyLine: String
  ) {
    self.configuration = configuration
    self.logger = logger
    self.directory = directory
    self.rings = rings
    self.storage = storage
    self.background = background
    self.front = front
    self.admin = admin
    self.accessLog = accessLog
    self.readyLine = readyLine
  }

  var connectionCount: Int { front.connectionCount }

  /// Opens the access log anew, after a rotation.
  func reopenLogs() {
    guard let accessLog else { return }
    do throws(ConfigurationError) {
      try accessLog.reopen()
      logger.notice("access log opened anew")
    } catch { logger.error("\(error.message)") }
  }

  /// Whether closing left the metadata's database open, since a base was being taken: the process must end at once.
  var isLeftOpen: Bool { storage.metadata.wasLeftOpen }

  /// Ends it: no new connection, requests under way finish, then volumes and metadata close, then the rings.
  func stop() {
    let latch = Latch<Bool>()
    let front = front
    let admin = admin
    let storage = storage
    let background = background
    let limit = configuration.timeouts.drain
    rings.rings[0].spawn {
      await front.drain(timeout: limit)
      await admin.drain(timeout: .seconds(1))
      await background.stop()
      await storage.close()
      latch.deliver(true)
    }
    _ = latch.wait()
    rings.shutdown()
    accessLog?.close()
  }
}

/// What keeps the data, opened in this order and closed in the reverse one.
struct Storage: Sendable {
  let metadata: RocksMetadata
  let volumes: VolumeSet
  let objects: ObjectStore
  let identities: IdentityStore
  let flow: FlowControl
  let flowEvents: FlowEventLog
  let outbox: Outbox

  func close() async {
    await volumes.close()
    metadata.close()
  }
}
