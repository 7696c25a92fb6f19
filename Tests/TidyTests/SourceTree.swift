import Foundation

/// The package's own files, as the tidy tests read them.
enum SourceTree {
  /// The package's root, from this file's own place in it.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  struct File: CustomStringConvertible {
    /// From the package's root, with `/`.
    let path: String
    let lines: [String]
    var description: String { path }

    /// The target or test target that the file belongs to.
    var target: String {
      let parts = path.split(separator: "/")
      return parts.count > 1 ? String(parts[1]) : ""
    }
  }

  /// Every file below `folder` whose name ends in one of `extensions`, in a fixed order.
  static func files(in folder: String, extensions: [String]) throws -> [File] {
    let base = root.appendingPathComponent(folder)
    guard let walk = FileManager.default.enumerator(atPath: base.path) else { return [] }
    var files: [File] = []
    for case let name as String in walk where extensions.contains((name as NSString).pathExtension) {
      let text = try String(decoding: Data(contentsOf: base.appendingPathComponent(name)), as: UTF8.self)
      files.append(
        File(
          path: folder + "/" + name,
          lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)))
    }
    return files.sorted { $0.path < $1.path }
  }

  static func text(_ path: String) throws -> String {
    try String(decoding: Data(contentsOf: root.appendingPathComponent(path)), as: UTF8.self)
  }
}
