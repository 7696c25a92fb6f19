import HTTP

/// The operations of S3 that this server does not build yet: recognised, so that they are refused with 501 and
/// never mistaken for another operation.
///
/// Together with the rows of `OperationTable.implemented` these are all operations of AWS's service model.
package enum NotImplementedOperations {
  /// The rows, in the order of their names.
  package static let rows: [OperationRow] = (buckets + configurationsByID + objects + others).map {
    OperationRow(notImplemented: $0)
  }

  /// A sub-resource of a bucket and the operations on it, by method.
  private static let buckets: [OperationSpec] = [
    bucket("abac", "ABAC", get: "GetBucketAbac", put: "PutBucketAbac"),
    bucket(
      "accelerate", "ACCELERATE", get: "GetBucketAccelerateConfiguration",
      put: "PutBucketAccelerateConfiguration"),
    bucket("acl", "ACL", get: "GetBucketAcl", put: "PutBucketAcl"),
    bucket(
      "encryption", "ENCRYPTION", get: "GetBucketEncryption", put: "PutBucketEncryption",
      delete: "DeleteBucketEncryption"),
    bucket("logging", "LOGGING_STATUS", get: "GetBucketLogging", put: "PutBucketLogging"),
    bucket(
      "metadataAnnotationTable", "METADATA_TABLE", put: "UpdateBucketMetadataAnnotationTableConfiguration"),
    bucket(
      "metadataConfiguration", "METADATA_CONFIGURATION", get: "GetBucketMetadataConfiguration",
      post: "CreateBucketMetadataConfiguration", delete: "DeleteBucketMetadataConfiguration"),
    bucket(
      "metadataInventoryTable", "METADATA_TABLE", put: "UpdateBucketMetadataInventoryTableConfiguration"),
    bucket("metadataJournalTable", "METADATA_TABLE", put: "UpdateBucketMetadataJournalTableConfiguration"),
    bucket(
      "metadataTable", "METADATA_TABLE", get: "GetBucketMetadataTableConfiguration",
      post: "CreateBucketMetadataTableConfiguration", delete: "DeleteBucketMetadataTableConfiguration"),
    bucket(
      "notification", "NOTIFICATION", get: "GetBucketNotificationConfiguration",
      put: "PutBucketNotificationConfiguration",
      aliases: ["GetBucketNotification", "PutBucketNotification"]),
    bucket(
      "ownershipControls", "OWNERSHIP_CONTROLS", get: "GetBucketOwnershipControls",
      put: "PutBucketOwnershipControls", delete: "DeleteBucketOwnershipControls"),
    bucket(
      "policy", "BUCKETPOLICY", get: "GetBucketPolicy", put: "PutBucketPolicy", delete: "DeleteBucketPolicy"),
    bucket("policyStatus", "BUCKETPOLICYSTATUS", get: "GetBucketPolicyStatus"),
    bucket(
      "publicAccessBlock", "PUBLIC_ACCESS_BLOCK", get: "GetPublicAccessBlock", put: "PutPublicAccessBlock",
      delete: "DeletePublicAccessBlock"),
    bucket(
      "replication", "REPLICATION", get: "GetBucketReplication", put: "PutBucketReplication",
      delete: "DeleteBucketReplication"),
    bucket(
      "requestPayment", "REQUEST_PAYMENT", get: "GetBucketRequestPayment", put: "PutBucketRequestPayment"),
    bucket("session", "SESSION", get: "CreateSession"),
    bucket(
      "website", "WEBSITE", get: "GetBucketWebsite", put: "PutBucketWebsite", delete: "DeleteBucketWebsite"),
  ].flatMap { $0 }

  /// Configurations of which a bucket has several, told apart by `id`.
  private static let configurationsByID: [OperationSpec] = [
    configurations("analytics", "Analytics"), configurations("intelligent-tiering", "IntelligentTiering"),
    configurations("inventory", "Inventory"), configurations("metrics", "Metrics"),
  ].flatMap { $0 }

  /// Sub-resources of objects.
  private static let objects: [OperationSpec] = [
    object("acl", "ACL", get: "GetObjectAcl", put: "PutObjectAcl"),
    object("encryption", "OBJECT_ENCRYPTION", put: "UpdateObjectEncryption"),
    object("select", "SELECT", post: "SelectObjectContent"),
    object("torrent", "OBJECT_TORRENT", get: "GetObjectTorrent"),
    annotations,
  ].flatMap { $0 }

  private static let annotations: [OperationSpec] = {
    let name = [OperationSpec.Parameter("annotationName")]
    return [
      spec("ListObjectAnnotations", .get, .object, "annotation", "OBJECT_ANNOTATIONS"),
      spec("GetObjectAnnotation", .get, .object, "annotation", "OBJECT_ANNOTATION", parameters: name),
      spec("PutObjectAnnotation", .put, .object, "annotation", "OBJECT_ANNOTATION"),
      spec("DeleteObjectAnnotation", .delete, .object, "annotation", "OBJECT_ANNOTATION"),
    ]
  }()

  private static let others: [OperationSpec] = [
    spec("RenameObject", .put, .object, "renameObject", "OBJECT_RENAME"),
    // On AWS the endpoint tells the two listings of the service apart; here its own parameter does.
    spec(
      "ListDirectoryBuckets", .get, .service, nil, "SERVICE",
      parameters: [.init("max-directory-buckets")]),
    // `POST /WriteGetObjectResponse`, a path that no bucket can have.
    spec("WriteGetObjectResponse", .post, .bucket, nil, "OBJECT_RESPONSE", headers: [.requestRoute]),
    // The browser's form upload; not an operation of the model.
  ]
}

extension NotImplementedOperations {
  fileprivate static func bucket(
    _ subresource: StaticString, _ resource: String, get: String? = nil, put: String? = nil,
    post: String? = nil, delete: String? = nil, aliases: [String] = []
  ) -> [OperationSpec] {
    group(
      .bucket, subresource, resource, [(.get, get), (.put, put), (.post, post), (.delete, delete)], aliases)
  }

  fileprivate static func object(
    _ subresource: StaticString, _ resource: String, get: String? = nil, put: String? = nil,
    post: String? = nil, delete: String? = nil
  ) -> [OperationSpec] {
    group(.object, subresource, resource, [(.get, get), (.put, put), (.post, post), (.delete, delete)], [])
  }

  fileprivate static func configurations(_ subresource: StaticString, _ kind: String) -> [OperationSpec] {
    let resource = kind.uppercased()
    let action = "s3:Get\(kind)Configuration"
    let change = "s3:Put\(kind)Configuration"
    return [
      spec("ListBucket\(kind)Configurations", .get, .bucket, subresource, resource, action: action),
      spec(
        "GetBucket\(kind)Configuration", .get, .bucket, subresource, resource,
        parameters: [.init("id")], action: action),
      spec("PutBucket\(kind)Configuration", .put, .bucket, subresource, resource, action: change),
      spec("DeleteBucket\(kind)Configuration", .delete, .bucket, subresource, resource, action: change),
    ]
  }

  /// The operations of one sub-resource; an alias belongs to the operation whose name begins with it.
  private static func group(
    _ scope: OperationSpec.Scope, _ subresource: StaticString, _ resource: String,
    _ names: [(HTTPMethod, String?)], _ aliases: [String]
  ) -> [OperationSpec] {
    names.compactMap { (method, name) in
      guard let name else { return nil }
      return spec(
        name, method, scope, subresource, resource, aliases: aliases.filter { name.hasPrefix($0) })
    }
  }

  fileprivate static func spec(
    _ name: String, _ method: HTTPMethod, _ scope: OperationSpec.Scope, _ subresource: StaticString?,
    _ resource: String, parameters: [OperationSpec.Parameter] = [], headers: [OperationSpec.Header] = [],
    action: String? = nil, aliases: [String] = []
  ) -> OperationSpec {
    OperationSpec(
      name, aliases: aliases, method, scope, subresource: subresource, parameters: parameters,
      headers: headers, action: action ?? actions[name] ?? "s3:\(name)", cost: .control,
      logName: "REST.\(method.name).\(resource)", isImplemented: false)
  }

  /// The actions whose names are not `s3:` and the operation's.
  /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html>
  private static let actions = [
    "GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
    "PutBucketAccelerateConfiguration": "s3:PutAccelerateConfiguration",
    "GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "PutBucketNotificationConfiguration": "s3:PutBucketNotification",
    "DeleteBucketOwnershipControls": "s3:PutBucketOwnershipControls",
    "GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "GetBucketReplication": "s3:GetReplicationConfiguration",
    "PutBucketReplication": "s3:PutReplicationConfiguration",
    "DeleteBucketReplication": "s3:PutReplicationConfiguration",
    "SelectObjectContent": "s3:GetObject",
    "ListDirectoryBuckets": "s3express:ListAllMyDirectoryBuckets",
    "CreateSession": "s3express:CreateSession",
    "WriteGetObjectResponse": "s3-object-lambda:WriteGetObjectResponse",
  ]
}
