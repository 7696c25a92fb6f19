import HTTP

/// The operations of OSS that this server does not build yet: recognised, so that they are refused and never mistaken
/// for another operation.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/list-of-operations-by-function>
enum OSSNotImplemented {
  /// The rows, by what they are requests for.
  static let rows: [OperationRow] = (service + buckets + objects).map { OperationRow(notImplemented: $0) }

  private static let service: [OperationSpec] = [
    group(.service, "redundancyTransition", [.get: "ListUserDataRedundancyTransition"]),
    group(.service, "accessPoint", [.get: "ListAccessPoints"]),
    group(.service, "cloudboxes", [.get: "ListCloudBoxes"]),
  ].flatMap { $0 }

  private static let buckets: [OperationSpec] = [
    configuration("website", "Website"), configuration("logging", "Logging"),
    configuration("encryption", "Encryption"), configuration("policy", "Policy"),
    configuration("inventory", "Inventory"),
    configuration("userDefinedLogFieldsConfig", "UserDefinedLogFieldsConfig"),
    configuration("overwriteConfig", "OverwriteConfig"), configuration("accessPoint", "AccessPoint"),
    configuration("accessPointPolicy", "AccessPointPolicy"),
    group(
      .bucket, "transferAcceleration",
      [.get: "GetBucketTransferAcceleration", .put: "PutBucketTransferAcceleration"]),
    group(
      .bucket, "replication",
      [.get: "GetBucketReplication", .put: "PutBucketReplication", .post: "PutBucketReplication"]),
    group(.bucket, "replicationLocation", [.get: "GetBucketReplicationLocation"]),
    group(.bucket, "replicationProgress", [.get: "GetBucketReplicationProgress"]),
    group(.bucket, "rtc", [.put: "PutBucketRTC"]),
    group(.bucket, "accessmonitor", [.get: "GetBucketAccessMonitor", .put: "PutBucketAccessMonitor"]),
    group(
      .bucket, "redundancyTransition",
      [
        .get: "GetBucketDataRedundancyTransition", .post: "CreateBucketDataRedundancyTransition",
        .delete: "DeleteBucketDataRedundancyTransition",
      ]),
    group(.bucket, "httpsConfig", [.get: "GetBucketHttpsConfig", .put: "PutBucketHttpsConfig"]),
    group(.bucket, "resourceGroup", [.get: "GetBucketResourceGroup", .put: "PutBucketResourceGroup"]),
    group(.bucket, "cname", [.get: "ListCname", .post: "PutCname"]),
    group(.bucket, "style", [.get: "GetStyle", .put: "PutStyle", .delete: "DeleteStyle"]),
    group(.bucket, "metaQuery", [.get: "GetMetaQueryStatus", .post: "DoMetaQuery"]),
    group(.bucket, "quota", [.get: "GetBucketStorageQuota", .put: "PutBucketStorageQuota"]),
    group(.bucket, "qos", [.get: "GetBucketStorageCapacity", .put: "PutBucketStorageCapacity"]),
    group(.bucket, "live", [.get: "ListLiveChannel"]),
    group(.bucket, "asyncFetch", [.get: "GetAsyncFetchTask", .post: "PutAsyncFetchTask"]),
  ].flatMap { $0 }

  private static let objects: [OperationSpec] = [
    group(
      .object, "live",
      [.get: "GetLiveChannelInfo", .put: "PutLiveChannel", .delete: "DeleteLiveChannel"]),
    group(.object, "x-oss-process", [.get: "ProcessObject", .post: "ProcessObject"]),
    group(.object, "x-oss-async-process", [.post: "AsyncProcessObject"]),
  ].flatMap { $0 }

  /// A configuration of a bucket that is put, read and deleted.
  private static func configuration(_ subresource: StaticString, _ kind: String) -> [OperationSpec] {
    group(
      .bucket, subresource,
      [.get: "GetBucket\(kind)", .put: "PutBucket\(kind)", .delete: "DeleteBucket\(kind)"])
  }

  private static func group(
    _ scope: OperationSpec.Scope, _ subresource: StaticString,
    _ names: KeyValuePairs<HTTPMethod, String>
  ) -> [OperationSpec] {
    names.map { spec($0.value, $0.key, scope, subresource) }
  }

  private static func spec(
    _ name: String, _ method: HTTPMethod, _ scope: OperationSpec.Scope, _ subresource: StaticString?
  ) -> OperationSpec {
    OperationSpec(
      name, method, scope, subresource: subresource, action: "oss:\(name)", cost: .control,
      logName: "REST.\(method.name).\(subresource.map { "\($0)".uppercased() } ?? "OBJECT")",
      isImplemented: false)
  }
}
