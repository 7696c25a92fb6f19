extension FormSpelling {
  /// <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>
  static let s3 = FormSpelling(
    prefix: "x-amz-", algorithm: "x-amz-algorithm", algorithmName: "AWS4-HMAC-SHA256",
    accessKeyID: "AWSAccessKeyId", kind: .formV4, oldestKind: .formV2, acl: "x-amz-acl", contentType: nil,
    noHeaders: [
      "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature", "x-amz-security-token",
      "x-amz-trailer", "x-amz-content-sha256",
    ],
    coverage: .allBut(
      ["awsaccesskeyid", "signature", "x-amz-signature", "policy", "file"], prefix: "x-ignore-"),
    hasSetConditions: false, allowsNamesWithoutDollar: false,
    refusal: { error in
      guard error == .notAForm else { return nil }
      return .preconditionFailed("Bucket POST must be of the enclosure-type multipart/form-data")
    })
}
