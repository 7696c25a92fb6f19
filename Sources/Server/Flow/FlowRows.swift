import Access
import Flow
import Metadata
import Objects
import Primitives

/// The flow configuration in the metadata.
enum FlowRows {
  /// A refusal of a change, as the store passes it on.
  private struct Failure: MetadataFailure {
    let error: FlowError

    init(_ failure: MetadataError) { error = .storage(failure.message) }
    init(_ error: FlowError) { self.error = error }
    init(storage failure: any Error) { error = .storage("\(failure)") }
  }

  /// All that is kept.
  ///
  /// - Throws: `ConfigurationError` for a damaged row, or when the rows cannot be read.
  static func load(_ metadata: any MetadataStore) async throws(ConfigurationError) -> FlowConfiguration {
    let rows: [MetadataEntry]
    do throws(MetadataError) {
      rows = try await metadata.read { (reader) throws(MetadataError) in
        var rows: [MetadataEntry] = []
        let cursor = reader.cursor(lower: [FlowRow.table], upper: [FlowRow.table + 1])
        try cursor.seek([FlowRow.table])
        while cursor.isValid {
          // SAFETY: the cursor's bytes live until its next move and are copied here.
          unsafe rows.append(MetadataEntry(key: Array(cursor.key), value: Array(cursor.value)))
          try cursor.next()
        }
        return rows
      }
    } catch { throw ConfigurationError("the flow configuration cannot be read: \(error)") }
    var configuration = FlowConfiguration()
    do throws(RecordError) {
      for row in rows { try FlowRow.read(key: row.key, value: row.value, into: &configuration) }
    } catch {
      throw ConfigurationError(
        "a row of flow control is damaged (\(error)): restore the metadata from a backup")
    }
    return configuration
  }

  /// Makes a change in a commit of somebody else's, of scope `.system`. What comes of it; nil, where nothing is to
  /// change.
  static func write(
    _ edit: FlowEdit, in transaction: Transaction
  ) throws(MetadataError) -> FlowConfiguration? {
    var configuration = FlowConfiguration()
    for row in try transaction.scan(prefix: [FlowRow.table], limit: .max) {
      guard (try? FlowRow.read(key: row.key, value: row.value, into: &configuration)) != nil else {
        throw MetadataError(.corruption, "a row of the flow configuration is damaged")
      }
    }
    // Only what makes or sets something can be refused.
    guard let (next, rows) = try? configuration.applying(edit), next.isOther(than: configuration) else {
      return nil
    }
    for row in rows {
      if let value = row.value { transaction.put(row.key, value) } else { transaction.delete(row.key) }
    }
    return next
  }

  /// Writes the rows of a change, if what is kept is still of `generation`, and if whom they are about is there.
  static func keep(
    _ rows: [FlowRow], _ generation: UInt64, in metadata: any MetadataStore
  ) async throws(FlowError) {
    do throws(Failure) {
      try await metadata.update(.system) { (transaction) throws(Failure) in
        let kept: UInt64
        do throws(MetadataError) {
          let row = try transaction.get(FlowRow.generationKey)
          guard let number = try? FlowRow.generation(row) else {
            throw MetadataError(.corruption, "the number of the flow configuration is damaged")
          }
          kept = number
        } catch { throw Failure(error) }
        guard kept == generation else { throw Failure(.conflict) }
        try check(rows.flatMap(\.subjects), in: transaction)
        for row in rows {
          if let value = row.value { transaction.put(row.key, value) } else { transaction.delete(row.key) }
        }
      }
    } catch { throw error.error }
  }

  /// Whoever asked has looked for the bucket and the user in memory; a deletion that came since has left rows as they
  /// were, if there were none to take along.
  private static func check(_ subjects: [FlowRow.Subject], in transaction: Transaction) throws(Failure) {
    var users: Set<String>?
    for subject in subjects {
      switch subject {
      case .bucket(let id, let name):
        do throws(ObjectError) {
          if try ObjectStore.holds(bucket: id, named: name, in: transaction) { continue }
        } catch { throw Failure(storage: error) }
        throw Failure(.noSuchBucket(name))
      case .user(Account.root.id, _): continue
      case .user(let id, let name):
        do throws(AccessError) {
          if users == nil { users = try IdentityStore.userIDs(in: transaction) }
        } catch { throw Failure(storage: error) }
        guard let users, users.contains(id) else { throw Failure(.noSuchUser(name.isEmpty ? id : name)) }
      }
    }
  }
}
