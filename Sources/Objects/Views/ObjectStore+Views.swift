import Metadata
package import Primitives

extension ObjectStore {
  /// Makes a view of a bucket as of a moment (nil: now), below a prefix, until it expires or is deleted. What it shows
  /// is kept for as long. Throws `.viewAlreadyExists`, `.bucketAlreadyExists`, `.tooManyViews`, `.notRestorable`,
  /// `.momentInFuture`.
  package func createView(
    name: BucketName, bucket: BucketInfo, asOf: Moment? = nil, prefix: [UInt8] = [], expires: Timestamp? = nil
  ) async throws(ObjectError) -> ViewInfo {
    let entry = try buckets.entry(bucket)
    if let asOf { try await expectPast(asOf) }
    try await removeExpiredViews()
    entry.expectChange()
    do throws(ObjectError) {
      // Two names, the bucket's row and the view's: the one scope that holds both.
      let (view, changed, timestamp) = try await metadata.update(.system) {
        (transaction) throws(ObjectError) in
        let found = try entry.check(in: transaction)
        let key = ObjectTables.view(name.string)
        if try transaction.row(key) != nil { throw .viewAlreadyExists(name: name.string) }
        if try transaction.row(ObjectTables.bucket(name.string)) != nil {
          throw .bucketAlreadyExists(name: name.string)
        }
        guard found.settings.protectedCuts.count < ViewInfo.limitPerBucket else {
          throw .tooManyViews(limit: ViewInfo.limitPerBucket)
        }
        let now = transaction.timestamp
        let moment = asOf ?? Moment(rawValue: now.rawValue)
        if let asOf {
          let history = try transaction.row(ObjectTables.history(found.id))
          try Self.expectWhole(found, asOf, below: prefix, history)
        }
        let view = ViewInfo(
          name: name, bucketID: found.id, bucketName: found.name, asOf: moment, prefix: prefix,
          created: Timestamp(milliseconds: now.milliseconds), expires: expires)
        var settings = found.settings
        settings.protectedCuts.append(view.cut)
        settings.keepHistory(since: Moment(rawValue: now.rawValue))
        let changed = found.with(settings)
        transaction.put(ObjectTables.bucket(found.name.string), BucketRecord.encode(changed))
        transaction.put(key, ViewRecord.encode(view))
        return (view, changed, now.rawValue)
      }
      entry.settle(changed, at: timestamp)
      views.insert(view)
      return view
    } catch {
      entry.settleUnless(error)
      throw error
    }
  }

  /// Deletes a view; what only it has kept is let go of later. Throws `.noSuchView`.
  package func deleteView(named name: String) async throws(ObjectError) {
    guard let view = views.all.first(where: { $0.name.string == name }) else {
      throw .noSuchView(name: name)
    }
    try await delete(view)
  }

  /// The view with a name, from memory; nil when there is none, or it has expired.
  package func view(named name: String) -> ViewInfo? { views.view(named: name) }

  /// All views that have not expired, by name, from memory.
  package func listViews() -> [ViewInfo] {
    let now = Timestamp.now()
    return views.all.filter { !$0.isExpired(at: now) }
  }

  /// Deletes the views whose time is over.
  package func removeExpiredViews() async throws(ObjectError) {
    let now = Timestamp.now()
    for view in views.all where view.isExpired(at: now) {
      do throws(ObjectError) {
        try await delete(view)
      } catch .noSuchView {}
    }
  }

  private func delete(_ view: ViewInfo) async throws(ObjectError) {
    guard let entry = buckets.entry(id: view.bucketID) else { throw .noSuchView(name: view.name.string) }
    entry.expectChange()
    do throws(ObjectError) {
      let (changed, timestamp) = try await metadata.update(.system, for: .free) {
        (transaction) throws(ObjectError) in
        let found = try entry.check(in: transaction)
        let key = ObjectTables.view(view.name.string)
        guard let row = try transaction.row(key), row == ViewRecord.encode(view) else {
          throw .noSuchView(name: view.name.string)
        }
        transaction.delete(key)
        let changed = try Self.release(view.cut, found, transaction)
        return (changed, transaction.timestamp.rawValue)
      }
      entry.settle(changed, at: timestamp)
      views.remove(view)
    } catch {
      entry.settleUnless(error)
      throw error
    }
  }
}
