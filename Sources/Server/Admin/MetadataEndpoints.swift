import Foundation
import HTTP
import Metadata
import Primitives
import Ring

/// `/v1/metadata/backups`: what `weir metadata backup` asks of a running server.
///
/// POST `{"to":DIRECTORY,"keep":N}` begins a backup and answers `{"job":N}`; GET `/v1/metadata/backups/N` says how it
/// is.
struct MetadataEndpoints {
  let metadata: RocksMetadata
  let jobs: BackupJobs

  private struct NewBackup: Decodable {
    let to: String
    let keep: Int?
  }

  func answer(
    _ method: HTTPMethod, _ path: String, _ body: [UInt8]
  ) throws(AdminProblem) -> AdminAnswer {
    let parts = path.split(separator: "/").dropFirst(2)
    guard parts.first == "backups", parts.count <= 2 else {
      throw AdminProblem(404, "there is nothing at \(path)")
    }
    if let name = parts.dropFirst().first {
      guard method == .get else { throw AdminProblem(405, "use GET") }
      guard let state = Int(name).flatMap(jobs.state) else {
        throw AdminProblem(404, "there is no backup job \(name)")
      }
      return .json(describe(state))
    }
    guard method == .post else { throw AdminProblem(405, "use POST") }
    return .json(try begin(body))
  }

  private func begin(_ body: [UInt8]) throws(AdminProblem) -> String {
    guard let request = try? JSONDecoder().decode(NewBackup.self, from: Data(body)) else {
      throw AdminProblem(400, "the body must be {\"to\":DIRECTORY,\"keep\":NUMBER}")
    }
    guard request.to.hasPrefix("/") else {
      throw AdminProblem(400, "\"to\" must be an absolute path: the server does not know where you are")
    }
    let keep = request.keep ?? BackupDefaults.keep
    guard keep >= 1 else { throw AdminProblem(400, "\"keep\" must be at least 1") }
    let job = jobs.begin()
    let directory = BackupDirectory(request.to)
    Ring.current.spawn { [metadata, jobs] in
      do throws(MetadataError) {
        jobs.end(job, .success(try await metadata.backUp(to: directory, keep: keep)))
      } catch { jobs.end(job, .failure(error)) }
    }
    return "{\"job\":\(job)}"
  }

  private func describe(_ state: BackupJobs.State) -> String {
    switch state {
    case .running: "{\"state\":\"running\"}"
    case .failed(let message): "{\"state\":\"failed\",\"message\":\(JSONText.quoted(message))}"
    case .done(let backup):
      "{\"state\":\"done\",\"backup\":\(backup.id),\"bytes\":\(backup.bytes),\"files\":\(backup.files)"
        + ",\"time\":\"\(Timestamp(milliseconds: backup.milliseconds).iso8601)\"}"
    }
  }
}

/// What `weir metadata backup` and the schedule do when nothing is said.
package enum BackupDefaults {
  /// Backups that are kept.
  package static let keep = 7
}
