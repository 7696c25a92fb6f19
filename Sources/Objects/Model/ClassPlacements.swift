import Volumes

/// On which volumes objects of each class are written (docs/decisions/0073-volumes.md).
package struct ClassPlacements: Hashable, Sendable {
  /// The numbers of the volumes, one at least; a class that is not named lies on the one of the data directory.
  private var volumes: [StorageClass: [UInt16]] = [:]
  private static let main = [VolumeSet.mainNumber]

  package init() {}

  /// The numbers of a class's volumes; one at least.
  package subscript(storageClass: StorageClass) -> [UInt16] {
    get { volumes[storageClass] ?? Self.main }
    set { volumes[storageClass] = newValue.isEmpty ? nil : newValue }
  }

  /// Whether every class lies on the one volume, so that nothing is ever elsewhere.
  var isTrivial: Bool { volumes.values.allSatisfy { $0 == Self.main } }

  /// The classes that a volume is for, by the order of their numbers.
  package func classes(on number: UInt16) -> [StorageClass] {
    StorageClass.allCases.filter { self[$0].contains(number) }
  }
}
