package import Access
package import HTTP
package import Objects

/// Who may do what, as long as there are neither policies nor access control lists: everybody everything with
/// the buckets they own, root everything, strangers nothing.
package enum Authorization {
  /// - Throws: AccessDenied.
  package static func check(_ identity: Identity?, mayUse bucket: BucketInfo) throws(S3Error) {
    guard let identity, identity.isRoot || bucket.owner.string == identity.canonicalID else {
      throw S3Error(.accessDenied)
    }
  }

  /// Checks the account that the client expects to own the bucket. All buckets belong to the server's one
  /// account.
  ///
  /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html>
  /// - Throws: AccessDenied for any other account.
  package static func check(_ headers: HeaderFields, owner name: StaticString) throws(S3Error) {
    guard let expected = headers.first(name) else { return }
    guard expected.elementsEqual(Account.id.utf8) else { throw S3Error(.accessDenied) }
  }
}
