import HTTP
import Objects
import Primitives

/// What the object store's failures with archived objects are in S3's words.
extension S3Error {
  init(archive error: ObjectError, _ request: APIRequest) {
    switch error {
    case .archived(_, let storageClass):
      self.init(.invalidObjectState, elements: [Self.element(storageClass, request)])
    case .notArchived(_, let storageClass):
      // OSS has a word of its own for it.
      self.init(
        request.dialect.objects.classes == .oss ? .operationNotSupported : .invalidObjectState,
        message: "Restore is not allowed for the object's current storage class",
        elements: [Self.element(storageClass, request)])
    case .restoreUnderWayAlready: self.init(.restoreAlreadyInProgress)
    case .restoreNotDone: self.init(.archiveRestoreNotFinished)
    case .notRestored: self.init(.archiveRestoreFileStale)
    case .restoreRefused(.days(let most)):
      self = .invalidArgument("Days", nil, "Days must be a number from 1 to \(most).")
    case .restoreRefused(.tier(let tier, let storageClass)):
      self = .invalidArgument(
        "Tier", tier.name, "\(request.dialect.name(of: storageClass)) has no such retrieval option.")
    default: self.init(.internalError)
    }
  }

  private static func element(_ storageClass: StorageClass, _ request: APIRequest) -> Element {
    ("StorageClass", "\(request.dialect.name(of: storageClass))")
  }
}
