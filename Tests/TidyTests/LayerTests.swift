import Testing

/// Imports point down the layers only.
@Suite struct LayerTests {
  /// The layer of each target (docs/architecture.md, "Layers"). A file may import lower layers only.
  static let layers: [String: Int] = [
    "CURing": 0, "CRocksDB": 0, "COpenSSL": 0, "CExpat": 0, "CWeir": 0,
    "Primitives": 1, "Ring": 1,
    "HTTP": 2, "Metadata": 2, "Volumes": 2, "Flow": 2,
    "Objects": 3, "Access": 3,
    "API": 4, "Background": 4,
    "Server": 5, "Bench": 5,
    "weir": 6,
  ]

  /// Which target alone may import a C library or a package from outside.
  static let owners: [String: Set<String>] = [
    "CURing": ["Ring"],
    "CRocksDB": ["Metadata"],
    "CExpat": ["Primitives"],
    "COpenSSL": ["Primitives", "HTTP"],
    "CWeir": ["Primitives", "Ring"],
    "Yams": ["Server"],
    "Logging": ["Background", "Server"],
    "ArgumentParser": ["weir"],
    "Glibc": [
      "Primitives", "Ring", "HTTP", "Metadata", "Volumes", "Objects", "Server", "Bench", "weir",
    ],
    "Foundation": ["Server", "weir"],
    "Synchronization": Set(layers.keys),
  ]

  static func imports(of file: SourceTree.File) -> [String] {
    file.lines.compactMap { line in
      var words = line.split(separator: " ").map(String.init)
      while let first = words.first,
        first.hasPrefix("@") || ["package", "internal", "private"].contains(first)
      {
        words.removeFirst()
      }
      guard words.first == "import", words.count == 2 else { return nil }
      return words[1]
    }
  }

  @Test func importsPointDownOnly() throws {
    for file in try SourceTree.files(in: "Sources", extensions: ["swift"]) {
      let own = try #require(Self.layers[file.target], "\(file): target without a layer")
      for name in Self.imports(of: file) {
        if let layer = Self.layers[name] {
          #expect(layer < own, "\(file) (layer \(own)) imports \(name) (layer \(layer))")
        }
        if let allowed = Self.owners[name] {
          #expect(allowed.contains(file.target), "\(file): only \(allowed.sorted()) may import \(name)")
        } else {
          #expect(Self.layers[name] != nil, "\(file) imports \(name), which no table allows")
        }
      }
    }
  }

  @Test func findsAnUpwardImport() {
    let file = SourceTree.File(path: "Sources/Ring/X.swift", lines: ["package import Objects"])
    #expect(Self.imports(of: file) == ["Objects"])
  }
}
