import Primitives

@testable import Objects

/// A moment, and what a client's keys held then.
struct SimulatedMoment {
  let asOf: Moment
  /// The turn at which the write began that made it.
  let begun: Int
  let contents: [String: SimulatedContent]
}

// Versions, moments and restores, on a client's own keys.
extension SimulatedClient {
  private var prefix: [UInt8] { Array("\(name)/".utf8) }

  /// Keeps a moment if nothing about the keys is uncertain.
  func remember(_ moment: Moment, begun: Int) {
    guard keys.values.allSatisfy({ $0.count == 1 }) else { return }
    moments.append(
      SimulatedMoment(asOf: moment, begun: begun, contents: keys.compactMapValues { $0.first ?? nil }))
    if moments.count > 4 { moments.removeFirst() }
  }

  /// Deletes a version for good that is not the current one.
  func removeVersion(_ store: TestStore, _ bucket: BucketInfo) async {
    var request = ListObjectVersionsRequest(bucket: bucket)
    request.prefix = prefix
    guard let page = try? await store.objects.listObjectVersions(request) else { return }
    let all = page.entries.compactMap { entry -> VersionListEntry? in
      if case .version(let version) = entry { return version }
      return nil
    }
    guard let place = all.indices.filter({ !all[$0].isLatest }).randomElement(using: &random) else { return }
    let victim = all[place]
    // The next newer one, or one between them that is gone, has taken its place.
    past.remove(until: all[place - 1].version.rawValue)
    note(victim.key.string, "removing version \(victim.label.text)")
    _ = try? await store.objects.deleteObject(
      DeleteObjectRequest(bucket: bucket, key: victim.key, version: victim.label))
  }

  /// Lists and reads its keys as of a moment: they must be what they were; or the moment is refused, where something
  /// may be gone.
  func lookBack(_ store: TestStore, _ bucket: BucketInfo) async {
    guard let moment = moments.randomElement(using: &random) else { return }
    do {
      if past.refusesAll { throw ObjectError.notRestorable(asOf: moment.asOf, earliest: nil) }
      let found = try await store.contents(bucket, asOf: moment.asOf, prefix: "\(name)/")
      past.shown += 1
      if past.keeping == .nothing { report(name, "was shown as of \(moment.asOf.rawValue): nothing is kept") }
      if found.mapValues(SimulatedContent.init) != moment.contents {
        let expected = moment.contents.mapValues(\.description).sorted { $0.key < $1.key }
        let text = found.mapValues { SimulatedContent($0).description }.sorted { $0.key < $1.key }
        report(name, "was \(text) as of \(moment.asOf.rawValue) instead of \(expected)")
      }
    } catch ObjectError.notRestorable {
      noteRefusal(moment)
    } catch {
      if !isTolerable(error) { report(name, "cannot be read as of \(moment.asOf.rawValue): \(error)") }
    }
  }

  /// A moment was refused, and will be from now on: something must be gone of it.
  private func noteRefusal(_ moment: SimulatedMoment) {
    past.refused += 1
    moments.removeAll { $0.asOf == moment.asOf }
    if !past.mayRefuse(moment.asOf, begun: moment.begun) {
      let place = "\(moment.asOf.rawValue), written from turn \(moment.begun) on"
      report(name, "was refused as of \(place), though nothing of it can be gone: \(past.account)")
    }
  }

  /// Makes its keys what they were at a moment.
  func restore(_ store: TestStore, _ bucket: BucketInfo) async {
    guard let moment = moments.randomElement(using: &random) else { return }
    let before = keys
    var losses: [SimulatedPast.Loss] = []
    for (key, possible) in before {
      keys[key] = possible.union([moment.contents[key]])
      note(key, "restoring to \(moment.asOf.rawValue)")
      losses.append(past.begin(writing: key, replaces: possible != [nil]))
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
      losses.forEach(past.end)
      acknowledged += 1
    } catch ObjectError.notRestorable {
      // Nothing was begun.
      keys = before
      losses.forEach(past.forget)
      noteRefusal(moment)
    } catch ObjectError.restoreUnderWay(let id) {
      // One of before, which a fault has ended in its middle; nobody goes on with it here.
      keys = before
      losses.forEach(past.forget)
      if let id = RestoreJob.id(text: id) { _ = try? await store.objects.cancelRestore(id: id) }
    } catch {
      note("restoring failed: \(error)")
    }
  }

  /// Lets go of everything that was removed, as if the recovery window were over.
  func purge(_ store: TestStore) async {
    guard name == "c2" else { return }
    past.beginPurge()
    defer { past.endPurge() }
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
