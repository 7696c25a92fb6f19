@testable import Metadata

/// Writes to a closed store behind the committer's back, table 0 included.
enum StoreSurgery {
  static func overwrite(
    _ directory: TemporaryDirectory, key: [UInt8], value: [UInt8]
  ) throws(MetadataError) {
    let database = try RocksDatabase(path: directory.store, options: MetadataOptions())
    let batch = RocksBatch()
    batch.put(key, value)
    try database.write(batch)
    database.shutDown()
  }
}
