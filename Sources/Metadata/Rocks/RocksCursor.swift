import CRocksDB

/// Owner of one iterator.
@safe final class RocksCursor: MetadataCursor {
  private let handle: OpaquePointer
  private let database: RocksDatabase
  private let options: RocksReadOptions
  private let count: ScanCount?
  private var stands = false

  /// With a `count`, its moves are counted there.
  init(_ database: RocksDatabase, _ options: RocksReadOptions, _ count: ScanCount? = nil) {
    self.count = count
    self.database = database
    self.options = options
    // SAFETY: database and options (and so the snapshot) outlive the iterator, which is destroyed in deinit.
    unsafe handle = rocksdb_create_iterator(database.handle, options.handle)
    super.init()
  }

  deinit {
    // SAFETY: created in init; the stored properties it refers to are released after this.
    unsafe rocksdb_iter_destroy(handle)
  }

  override func seek(_ key: [UInt8]) throws(MetadataError) {
    // SAFETY: the key is only read during the call.
    unsafe key.withChars { unsafe rocksdb_iter_seek(handle, $0, $1) }
    try settle()
  }

  override func next() throws(MetadataError) {
    precondition(stands, "a cursor that stands nowhere was moved")
    // SAFETY: the iterator is valid.
    unsafe rocksdb_iter_next(handle)
    count?.moves &+= 1
    try settle()
  }

  override var isValid: Bool { stands }

  override var key: UnsafeRawBufferPointer {
    precondition(stands, "a cursor that stands nowhere was read")
    var count = 0
    // SAFETY: the iterator is valid; the bytes live until it moves.
    let start = unsafe rocksdb_iter_key(handle, &count)
    return unsafe UnsafeRawBufferPointer(start: start, count: count)
  }

  override var value: UnsafeRawBufferPointer {
    precondition(stands, "a cursor that stands nowhere was read")
    var count = 0
    // SAFETY: as for key.
    let start = unsafe rocksdb_iter_value(handle, &count)
    return unsafe UnsafeRawBufferPointer(start: start, count: count)
  }

  /// Whether there is a key, and if not, whether that is the end or a failure.
  private func settle() throws(MetadataError) {
    // SAFETY: owned by this object.
    stands = unsafe rocksdb_iter_valid(handle) != 0
    if !stands { try checked { unsafe rocksdb_iter_get_error(handle, $0) } }
  }
}
