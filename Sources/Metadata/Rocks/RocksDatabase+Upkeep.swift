import CRocksDB

extension RocksDatabase {
  /// Merges what all levels hold of a span, the memtable included, while writes and other compactions go on. Returns
  /// early once `cancelCompactions` was called; a failure shows as a background error only.
  func compact(_ span: HiddenEntries.Span) {
    // SAFETY: the options live for the call, the keys are only read during it; the handle is open.
    let options: OpaquePointer = unsafe rocksdb_compactoptions_create()
    defer { unsafe rocksdb_compactoptions_destroy(options) }
    unsafe rocksdb_compactoptions_set_exclusive_manual_compaction(options, 0)
    unsafe span.lower.withChars { lower, lowerCount in
      unsafe span.limit.withChars { upper, upperCount in
        unsafe rocksdb_compact_range_opt(handle, options, lower, lowerCount, upper, upperCount)
      }
    }
  }

  /// Ends `compact` where it runs, and for good: for closing.
  func cancelCompactions() {
    // SAFETY: the handle is open.
    unsafe rocksdb_disable_manual_compaction(handle)
  }

  /// Bytes that tables hold of a span, about.
  func tableBytes(_ span: HiddenEntries.Span) throws(MetadataError) -> UInt64 {
    var bytes: UInt64 = 0
    // SAFETY: the arrays of one element and what they point to live for the call.
    try checked { report in
      unsafe span.lower.withChars { lower, lowerCount in
        unsafe span.limit.withChars { upper, upperCount in
          var lower: UnsafePointer<CChar>? = unsafe lower
          var upper: UnsafePointer<CChar>? = unsafe upper
          var lowerCount = lowerCount
          var upperCount = upperCount
          unsafe rocksdb_approximate_sizes(
            handle, 1, &lower, &lowerCount, &upper, &upperCount, &bytes, report)
        }
      }
    }
    return bytes
  }

  /// The files of a level and their bytes, in whole MiB.
  func levels() -> [(files: UInt64, bytes: UInt64)] {
    // Lines of level, files and MiB, under a heading.
    text("rocksdb.levelstats").split(separator: "\n").dropFirst(2).map { line in
      let fields = line.split(separator: " ")
      guard fields.count == 3, let files = UInt64(fields[1]), let size = UInt64(fields[2]) else {
        return (0, 0)
      }
      return (files, size << 20)
    }
  }

  /// What RocksDB says about itself in words; empty when it does not.
  private func text(_ property: String) -> String {
    // SAFETY: what is returned is a string for us to free.
    guard let text = unsafe rocksdb_property_value(handle, property) else { return "" }
    defer { unsafe rocksdb_free(text) }
    return unsafe String(cString: text)
  }
}

extension HiddenEntries.Span {
  /// A key behind every key of the span.
  fileprivate var limit: [UInt8] { upper ?? [UInt8](repeating: 0xFF, count: 16) }
}
