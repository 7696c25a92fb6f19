extension FormSpelling {
  /// <https://www.alibabacloud.com/help/en/oss/developer-reference/postobject>
  static let oss = FormSpelling(
    prefix: "x-oss-", algorithm: "x-oss-signature-version", algorithmName: "OSS4-HMAC-SHA256",
    accessKeyID: "OSSAccessKeyId", kind: .formOSSV4, oldestKind: .formOSSV1, acl: nil,
    // Browsers do not fill it in.
    contentType: "x-oss-content-type",
    noHeaders: [
      "x-oss-signature-version", "x-oss-credential", "x-oss-date", "x-oss-signature", "x-oss-security-token",
      "x-oss-content-type", "x-oss-content-sha256",
    ],
    coverage: .only([
      "x-oss-signature-version", "x-oss-credential", "x-oss-date", "x-oss-security-token",
    ]),
    hasSetConditions: true, allowsNamesWithoutDollar: true,
    refusal: { error in
      switch error {
      case .fieldTooLong(let name, let limit):
        S3Error(.fieldItemTooLong, elements: [("FieldName", name), ("MaxSizeAllowed", String(limit))])
      case .noFile: S3Error(.incorrectNumberOfFiles)
      default: nil
      }
    })
}
