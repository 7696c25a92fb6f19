extension StorageClass {
  /// The classes to which lifecycle may move objects of this one: never to where they are read more cheaply.
  ///
  /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html>
  /// <https://www.alibabacloud.com/help/en/oss/user-guide/convert-storage-classes>
  func permitsTransition(to target: StorageClass) -> Bool {
    switch self {
    case .standard, .reducedRedundancy: target != .standard && target != .reducedRedundancy
    case .standardIA:
      [.intelligentTiering, .oneZoneIA, .glacierIR, .archive, .glacier, .deepArchive].contains(target)
    case .intelligentTiering:
      [.oneZoneIA, .glacierIR, .archive, .glacier, .deepArchive].contains(target)
    case .oneZoneIA: [.archive, .glacier, .deepArchive].contains(target)
    case .glacierIR, .archive: [.glacier, .deepArchive].contains(target)
    case .glacier: target == .deepArchive
    case .deepArchive: false
    }
  }

  /// Which of several transitions that are due at once is made: that of the highest rank (AWS user guide, "Lifecycle
  /// configuration elements", conflicts).
  var transitionRank: Int {
    switch self {
    case .standard, .reducedRedundancy: 0
    case .standardIA: 1
    case .oneZoneIA: 2
    case .glacierIR: 3
    case .intelligentTiering: 4
    case .archive: 5
    case .glacier: 6
    case .deepArchive: 7
    }
  }
}
