extension S3ErrorCode {
  /// Whether only OSS's clients are told it: S3 has no such thing, or another code for it.
  package var isOfOSS: Bool {
    switch self {
    case .archiveRestoreFileStale, .archiveRestoreNotFinished, .fieldItemTooLong, .fileImmutable,
      .incorrectNumberOfFiles, .invalidTargetType, .invalidWORMConfiguration, .noSuchLifecycle,
      .noSuchQoSConfiguration, .noSuchResourcePool, .noSuchWORMConfiguration, .notSymlink,
      .objectNotAppendable, .operationNotSupported, .partNotSequential, .positionNotEqualToLength,
      .symlinkTargetNotExist, .wormConfigurationAlreadyExists, .wormConfigurationLocked:
      true
    default: false
    }
  }
}
