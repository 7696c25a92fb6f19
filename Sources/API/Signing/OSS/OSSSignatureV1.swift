import HTTP
import Primitives

/// OSS signature version 1: HMAC-SHA1 over the verb, a few headers, the `x-oss-*` headers and the resource.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/include-signatures-in-the-authorization-header>
enum OSSSignatureV1 {
  /// What is signed of a resource: its bucket and key as they are, not encoded.
  struct Resource {
    let bucket: String?
    let key: [UInt8]?
  }

  /// The string to sign. `date` is the `x-oss-date` or else `Date` header, or the `Expires` of a URL. With `extended`,
  /// the sub-resources that only newer SDKs sign are signed too.
  static func stringToSign(
    _ head: RequestHead, date: ArraySlice<UInt8>, _ resource: Resource, _ query: OSSQuery, extended: Bool
  ) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(512)
    text.append(contentsOf: head.method.name.utf8)
    text.append(newline)
    for name in ["content-md5", "content-type"] as [StaticString] {
      // A field that came twice is not what was signed.
      text.append(contentsOf: head.headers.all(name).joined(separator: [UInt8(ascii: ",")]))
      text.append(newline)
    }
    text.append(contentsOf: date)
    text.append(newline)
    OSSCanonicalHeaders.append(head.headers, to: &text) { $0.count >= 6 && $0.holds("x-oss-", at: 0..<6) }
    text.append(UInt8(ascii: "/"))
    if let bucket = resource.bucket {
      text.append(contentsOf: bucket.utf8)
      text.append(UInt8(ascii: "/"))
      text.append(contentsOf: resource.key ?? [])
    }
    appendSubresources(query, extended: extended, to: &text)
    return text
  }

  /// Base64 of the HMAC.
  static func signature(_ stringToSign: [UInt8], secret: [UInt8]) -> [UInt8] {
    Array(Base64.encode(HMACSHA1.authenticate(key: secret, stringToSign)).utf8)
  }

  /// `?` and the sub-resources among the parameters, sorted, decoded; an empty value is left out with its `=`.
  private static func appendSubresources(_ query: OSSQuery, extended: Bool, to text: inout [UInt8]) {
    var found = query.parameters.filter { parameter in
      let name = parameter.name[...].lossyText
      return subresources.contains(name)
        || extended && (laterSubresources.contains(name) || name.hasPrefix("x-oss-"))
    }
    found.sort { $0.name.lexicographicallyPrecedes($1.name) }
    var separator = UInt8(ascii: "?")
    for parameter in found {
      text.append(separator)
      separator = UInt8(ascii: "&")
      text.append(contentsOf: parameter.name)
      if !parameter.value.isEmpty {
        text.append(UInt8(ascii: "="))
        text.append(contentsOf: parameter.value)
      }
    }
  }

  private static let newline: UInt8 = 0x0A

  /// The parameters that every SDK signs, as oss2 lists them.
  private static let subresources: Set<String> = [
    "acl", "append", "asyncFetch", "bucketArchiveDirectRead", "bucketInfo", "callback", "callback-var",
    "cname", "comp", "continuation-token", "cors", "delete", "encryption", "endTime", "group",
    "httpsConfig", "inventory", "inventoryId", "lifecycle", "link", "live", "location", "logging",
    "metaQuery", "objectInfo", "objectMeta", "partNumber", "policy", "position", "publicAccessBlock", "qos",
    "qosInfo", "qosRequester", "redundancyTransition", "referer", "regionList", "replication",
    "replicationLocation", "replicationProgress", "requestPayment", "requesterQosInfo", "resourceGroup",
    "resourcePool", "resourcePoolBuckets", "resourcePoolInfo", "response-cache-control",
    "response-content-disposition", "response-content-encoding", "response-content-language",
    "response-content-type", "response-expires", "restore", "security-token", "sequential", "startTime",
    "stat", "status", "style", "styleName", "symlink", "tagging", "transferAcceleration", "uploadId",
    "uploads", "versionId", "versioning", "versions", "vod", "website", "worm", "wormExtend", "wormId",
    "accessPoint", "accessPointPolicy", "x-oss-ac-forward-allow", "x-oss-ac-source-ip",
    "x-oss-ac-subnet-mask", "x-oss-ac-vpc-id", "x-oss-access-point-name", "x-oss-async-process",
    "x-oss-process", "x-oss-redundancy-transition-taskid", "x-oss-request-payer",
    "x-oss-target-redundancy-type", "x-oss-traffic-limit", "x-oss-write-get-object-response",
  ]

  /// Whether a query asks for something that must be signed though not every SDK signs it: else whoever sees a signed
  /// request could make another operation of it.
  static func needsExtended(_ query: OSSQuery) -> Bool {
    query.parameters.contains { parameter in
      let name = parameter.name[...].lossyText
      return laterSubresources.contains(name) && name != "regions"
    }
  }

  /// Those that only some SDKs sign. Of them oss2 sends `regions` alone, which is no secret.
  private static let laterSubresources: Set<String> = [
    "quota", "objectWorm", "retention", "legalHold", "seal", "cleanRestoredObject", "policyStatus", "rtc",
    "overwriteConfig", "userDefinedLogFieldsConfig", "priorityQos", "requesterPriorityQos",
    "resourcePoolBucketGroup", "resourcePoolBucketGroupQosInfo", "resourcePoolBucketGroupQoSInfo", "regions",
    "cloudboxes",
  ]
}
