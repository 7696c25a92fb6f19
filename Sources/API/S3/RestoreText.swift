package import HTTP
package import Objects
package import Primitives

/// How restores of archived objects are shown.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/headobject>
package enum RestoreText {
  /// The text of both dialects' headers; nil for a restore that is over.
  package static func header(_ restore: ArchiveRestore, at now: Timestamp) -> String? {
    switch restore.state(at: now) {
    case .underWay: "ongoing-request=\"true\""
    case .readable: "ongoing-request=\"false\", expiry-date=\"\(restore.until.imfFixdate)\""
    case .over: nil
    }
  }

  /// `x-amz-restore`, `x-oss-restore`.
  package static func add(_ restore: ArchiveRestore, _ request: APIRequest, to head: inout ResponseHead) {
    guard let text = header(restore, at: request.arrived) else { return }
    head.add(request.names.archives.restore, text)
  }

  /// Whether a listing shows restores: OSS's always do, S3's if they are asked.
  package static func isWanted(_ request: APIRequest) -> Bool {
    guard let name = request.names.archives.optionalAttributes else { return true }
    return request.headers.string(name)?.split(separator: ",").contains { part in
      part.drop { $0 == " " } == "RestoreStatus"
    } ?? false
  }

  /// `RestoreStatus` of S3's listings, `RestoreInfo` of OSS's; nothing for a restore that is over.
  package static func write(
    _ restore: ArchiveRestore, at now: Timestamp, _ dialect: Dialect, to xml: inout XMLWriter
  ) {
    guard let text = header(restore, at: now) else { return }
    guard dialect.headers.archives.optionalAttributes != nil else {
      return xml.element("RestoreInfo", text)
    }
    let isReadable = restore.state(at: now) == .readable
    xml.open("RestoreStatus")
    xml.element("IsRestoreInProgress", !isReadable)
    if isReadable { xml.element("RestoreExpiryDate", restore.until.iso8601Seconds) }
    xml.close("RestoreStatus")
  }
}
