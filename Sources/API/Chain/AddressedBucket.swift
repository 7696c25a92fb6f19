import HTTP
import Objects
import Primitives

/// What a name stands for: a bucket, or a view of one.
struct AddressedBucket {
  /// Under the name that it is addressed by, so that replies show that one.
  let bucket: BucketInfo
  /// Nil where the name is the bucket's own.
  let view: ViewInfo?

  /// - Throws: `.noSuchBucket` with the name.
  init(_ name: String, in store: ObjectStore) throws(ObjectError) {
    do throws(ObjectError) {
      bucket = try store.bucket(named: name)
      view = nil
    } catch {
      guard let view = store.view(named: name),
        let whole = try? store.bucket(named: view.bucketName.string), whole.id == view.bucketID
      else { throw error }
      bucket = BucketInfo(
        id: whole.id, name: view.name, owner: whole.owner, created: whole.created, region: whole.region,
        settings: whole.settings)
      self.view = view
    }
  }
}

extension APIRequest {
  /// Checks that the operation can be asked of the view that the request addresses, and looks through it.
  ///
  /// - Throws: AccessDenied for what would write, and for what is not part of a view; and as `look(through:at:)`.
  func look(through view: ViewInfo, for spec: OperationSpec) throws(S3Error) {
    guard spec.isForViews else {
      throw S3Error(
        .accessDenied,
        message: """
          \(view.name) is a read-only view of the bucket \(view.bucketName) as of \(view.asOf.time); \(spec.name) is \
          not for views.
          """)
    }
    try look(through: view, at: target.key)
  }

  /// Reads as of a view's moment; `key` is the object that is read, if it is one.
  ///
  /// - Throws: InvalidRequest where the request names a moment of its own, NoSuchKey for keys that the view does not
  ///   show.
  func look(through view: ViewInfo, at key: ObjectKey?) throws(S3Error) {
    guard asOf == nil else {
      throw .invalidRequest(
        "\(AsOfHeader.name) is for buckets; \(view.name) is a view, which has its moment.")
    }
    if let key, !key.bytes.starts(with: view.prefix) { throw .noSuchKey(key.string) }
    asOf = view.asOf
  }
}
