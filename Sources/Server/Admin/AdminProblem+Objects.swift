import Objects
import Primitives

extension AdminProblem {
  /// What the object store refused, in words for the person at the command line.
  init(_ error: ObjectError) {
    switch error {
    case .noSuchBucket(let name):
      self.init(404, "there is no bucket \(name): weir bucket list shows what there is")
    case .bucketAlreadyExists(let name): self.init(409, "a bucket has the name \(name) already")
    case .bucketAlreadyOwnedByYou(let bucket):
      self.init(409, "a bucket has the name \(bucket.name) already")
    case .noSuchView(let name): self.init(404, "there is no view \(name): weir view list shows what there is")
    case .viewAlreadyExists(let name):
      self.init(409, "a view has the name \(name) already: delete it, or choose another name")
    case .tooManyViews(let limit):
      self.init(409, "the bucket has \(limit) views or restores under way, which is the limit: end one")
    case .noSuchRestoreJob(let id):
      self.init(404, "there is no restore \(id): weir restore list shows what there is")
    case .restoreUnderWay(let id):
      self.init(
        409,
        """
        restore \(id) works on some of the same keys: wait until it is over (weir restore show \(id) --follow), or \
        end it (weir restore cancel \(id))
        """)
    case .invalidBucketState(.objectLockForbidsSuspension):
      self.init(409, "the bucket has Object Lock, so its versioning cannot be suspended")
    case .immutable(let key): self.init(409, "the bucket's WORM policy keeps \(key)")
    case .archived(let key, let storageClass):
      self.init(409, "\(key) is of the class \(storageClass.name): restore it by RestoreObject first")
    case .noSuchKey(let key): self.init(404, "there is no object \(key)")
    case .noSuchVersion(let key, let version):
      self.init(404, "\(key) has no version \(version.text): weir versions shows those it has")
    case .deleteMarker(let marker):
      self.init(
        409,
        marker.isNamed
          ? "version \(marker.label.text) of \(marker.key) is a delete marker: choose one that is an object"
          : "\(marker.key) was deleted then: weir versions shows when it was not")
    case .conflict: self.init(409, "the object kept changing meanwhile: try again")
    case .notRestorable(let asOf, let earliest): self = .notRestorable(asOf, earliest)
    case .momentInFuture(let moment): self.init(400, "\(moment.time) has not come yet")
    case .storage(let failure): self.init(failure)
    default: self.init(409, "\(error)")
    }
  }

  private static func notRestorable(_ asOf: Moment, _ earliest: Moment?) -> AdminProblem {
    let reason =
      earliest.map { "the earliest moment it can be shown as of is \($0.time)" }
        ?? """
        it has neither versioning nor a recovery window, so what is overwritten or deleted is gone; for the time to \
        come use weir bucket set-versioning or weir bucket set-recovery-window
        """
    return AdminProblem(409, "what the bucket was at \(asOf.time) is not kept: \(reason)")
  }

  private init(_ failure: StorageFailure) {
    switch failure.code {
    case .full: self.init(507, "the disk is full: make room, then try again")
    case .readOnly: self.init(503, "the server cannot write to its disk: look at its log")
    case .overloaded, .closed: self.init(503, "the server is too busy, or about to stop: try again")
    case .damaged, .io: self.init(500, "what is stored could not be read or written: \(failure.message)")
    }
  }
}

/// Asks the object store; what it refuses is put in words.
func inWords<R>(_ body: () async throws(ObjectError) -> R) async throws(AdminProblem) -> R {
  do throws(ObjectError) { return try await body() } catch { throw AdminProblem(error) }
}
