@testable import Metadata

/// Writes to a closed store behind the committer's back, table 0 included.
enum StoreSurgery {
  static func write(
    _ directory: TemporaryDirectory, _ entries: [(key: [UInt8], value: [UInt8])]
  ) throws(MetadataError) {
    let database = try RocksDatabase(path: directory.store, options: MetadataOptions())
    try? RocksFormat.check(database)
    let batch = RocksBatch()
    for entry in entries { batch.put(entry.key, entry.value) }
    try database.write(batch)
    database.shutDown()
  }
}
