import Primitives

@testable import Objects

/// A moment, and what a client's keys held then.
struct SimulatedMoment {
  let asOf: Moment
  let contents: [String: SimulatedContent]
}

// Versions, moments and restores, on a client's own keys.
extension SimulatedClient {
  private var prefix: [UInt8] { Array("\(name)/".utf8) }

  /// Keeps a moment if nothing about the keys is uncertain.
  func remember(_ moment: Moment) {
    guard keys.values.allSatisfy({ $0.count == 1 }) else { return }
    moments.append(SimulatedMoment(asOf: moment, contents: keys.compactMapValues { $0.first ?? nil }))
    if moments.count > 4 { moments.removeFirst() }
  }

  /// Deletes a version for good that is not the current one.
  func removeVersion(_ store: TestStore, _ bucket: BucketInfo) async {
    var request = ListObjectVersionsRequest(bucket: bucket)
    request.prefix = prefix
    guard let page = try? await store.objects.listObjectVersions(request) else { return }
    let old = page.entries.compactMap { entry -> VersionListEntry? in
      if case .version(let version) = entry, !version.isLatest { return version }
      return nil
    }
    guard let victim = old.randomElement(using: &random) else { return }
    note(victim.key.string, "removing version \(victim.label.text)")
    _ = try? await store.objects.deleteObject(
      DeleteObjectRequest(bucket: bucket, key: victim.key, version: victim.label))
  }

  /// Lists and reads its keys as of a moment: they must be what they were, or the moment be refused.
  func lookBack(_ store: TestStore, _ bucket: BucketInfo) async {
    guard let moment = moments.randomElement(using: &random) else { return }
    do {
      let found = try await store.contents(bucket, asOf: moment.asOf, prefix: "\(name)/")
      if found.mapValues(SimulatedContent.init) != moment.contents {
        let expected = moment.contents.mapValues(\.description).sorted { $0.key < $1.key }
        let text = found.mapValues { SimulatedContent($0).description }.sorted { $0.key < $1.key }
        report(name, "was \(text) as of \(moment.asOf.rawValue) instead of \(expected)")
      }
    } catch ObjectError.notRestorable {
      moments.removeAll { $0.asOf == moment.asOf }
    } catch {
      if !isTolerable(error) { report(name, "cannot be read as of \(moment.asOf.rawValue): \(error)") }
    }
  }

  /// Makes its keys what they were at a moment.
  func restore(_ store: TestStore, _ bucket: BucketInfo) async {
    guard let moment = moments.randomElement(using: &random) else { return }
    let before = keys
    for (key, possible) in before {
      keys[key] = possible.union([moment.contents[key]])
      note(key, "restoring to \(moment.asOf.rawValue)")
    }
    do {
      let prefix = prefix
      let job = try await store.restore(.restore(asOf: moment.asOf), bucket) { $0.prefix = prefix }
      guard job.state == .done else { return }
      if job.skipped.keys > 0 { report(name, "lost keys to nobody in a restore: \(job.skipped.keys)") }
      for key in before.keys {
        keys[key] = [moment.contents[key]]
        note(key, "restored")
      }
      acknowledged += 1
    } catch ObjectError.notRestorable {
      // Nothing was begun.
      keys = before
      moments.removeAll { $0.asOf == moment.asOf }
    } catch ObjectError.restoreUnderWay(let id) {
      // One of before, which a fault has ended in its middle; nobody goes on with it here.
      keys = before
      if let id = RestoreJob.id(text: id) { _ = try? await store.objects.cancelRestore(id: id) }
    } catch {
      note("restoring failed: \(error)")
    }
  }

  /// Lets go of everything that was removed, as if the recovery window were over.
  func purge(_ store: TestStore) async {
    guard name == "c2" else { return }
    do {
      for bucket in try await store.objects.bucketsToPurge() {
        while try await store.objects.purge(bucket, now: Timestamp(milliseconds: 1_900_000_000_000)).hasMore {
        }
      }
    } catch {
      note("purging failed: \(error)")
    }
  }
}
