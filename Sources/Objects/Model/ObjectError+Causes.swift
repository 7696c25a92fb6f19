import Metadata
import Primitives
import Volumes

extension ObjectError {
  /// A failure of the volumes.
  init(_ error: VolumeError) {
    let code: StorageFailure.Code =
      switch error.code {
      case .damaged, .format: .damaged
      case .full: .full
      case .io: .io
      case .readOnly: .readOnly
      case .closed, .inUse: .closed
      }
    self = .storage(
      StorageFailure(
        code, error.message,
        place: error.volume.map {
          StorageFailure.Place(volume: $0, segment: error.segment, offset: error.offset)
        }))
  }

  /// A record that cannot be read.
  init(_ error: RecordError) {
    self = .damaged("record: \(error)")
  }

  /// Whether the commit that this ended may have happened all the same.
  var mayHaveCommitted: Bool {
    if case .storage(let failure) = self { failure.mayHaveCommitted } else { false }
  }

  static func damaged(_ message: String) -> ObjectError {
    .storage(StorageFailure(.damaged, message))
  }

  /// The same, with the object that is concerned if it is a failure of the storage that names none yet.
  func naming(_ bucket: BucketInfo, _ key: ObjectKey, _ version: VersionID? = nil) -> ObjectError {
    guard case .storage(var failure) = self, failure.subject == nil else { return self }
    failure.subject = StorageFailure.Subject(bucket: bucket.name.string, key: key, version: version)
    return .storage(failure)
  }
}

extension ObjectError {
  /// Whether what was looked at is damaged, and not the store as a whole.
  var isDamage: Bool {
    guard case .storage(let failure) = self else { return false }
    return failure.code == .damaged && !failure.mayHaveCommitted
  }

  /// The one key that it is about: what is stored of it is damaged, or Object Lock or WORM holds it.
  var key: ObjectKey? {
    switch self {
    case .locked(let key), .immutable(let key): key
    case .storage(let failure) where isDamage: failure.subject?.key
    default: nil
    }
  }
}

/// Runs a decoder, and calls what it cannot read damage.
func decoding<R>(_ body: () throws(RecordError) -> R) throws(ObjectError) -> R {
  do throws(RecordError) {
    return try body()
  } catch {
    throw ObjectError(error)
  }
}

extension Transaction {
  /// `get`, with the store's failure as an `ObjectError`.
  func row(_ key: [UInt8]) throws(ObjectError) -> [UInt8]? {
    do throws(MetadataError) {
      return try get(key)
    } catch {
      throw ObjectError(error)
    }
  }
}

extension MetadataReader {
  /// `get`, with the store's failure as an `ObjectError`.
  func row(_ key: [UInt8]) throws(ObjectError) -> [UInt8]? {
    do throws(MetadataError) {
      return try get(key)
    } catch {
      throw ObjectError(error)
    }
  }
}

extension MetadataCursor {
  /// `seek`, with the store's failure as an `ObjectError`.
  func move(to key: [UInt8]) throws(ObjectError) {
    do throws(MetadataError) {
      try seek(key)
    } catch {
      throw ObjectError(error)
    }
  }

  /// `next`, with the store's failure as an `ObjectError`.
  func advance() throws(ObjectError) {
    do throws(MetadataError) {
      try next()
    } catch {
      throw ObjectError(error)
    }
  }
}

extension MetadataStore {
  /// `look(up:)`, with the store's failure as an `ObjectError`.
  func rowInMemory(_ key: [UInt8]) throws(ObjectError) -> Lookup {
    do throws(MetadataError) {
      return try look(up: key)
    } catch {
      throw ObjectError(error)
    }
  }

  /// `get`, with the store's failure as an `ObjectError`.
  func row(_ key: [UInt8]) async throws(ObjectError) -> [UInt8]? {
    do throws(MetadataError) {
      return try await get(key)
    } catch {
      throw ObjectError(error)
    }
  }
}

/// Why an empty bucket cannot be deleted.
package enum BucketUse: Hashable, Sendable {
  /// There are views of it, or a restore reads it.
  case views
  /// A restore writes into it.
  case restore

  /// In the words of an error document.
  package var message: String {
    switch self {
    case .views:
      "The bucket you tried to delete is shown by a view, or read by a restore. Delete the view, or wait."
    case .restore: "A restore is writing into the bucket you tried to delete."
    }
  }
}
