import HTTP
import Objects
import Primitives

/// What replies say of the lifecycle rules that will act on an object or an upload.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html>, `x-amz-expiration`
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/headobject>, `x-oss-expiration`
enum LifecycleHeaders {
  /// When and by which rule the current object expires; nothing where none says so.
  @inline(never)
  static func add(_ subject: LifecycleSubject, _ request: APIRequest, to head: inout ResponseHead) {
    guard let rules = request.bucket?.settings.lifecycle, let calendar = request.calendar,
      let due = rules.expiration(of: subject, calendar)
    else { return }
    head.add(
      request.names.versions.expiration,
      "expiry-date=\"\(due.time.imfFixdate)\", rule-id=\"\(PercentEncoding.uriEncode(due.rule, keepSlash: false))\""
    )
  }

  /// When and by which rule an upload is aborted.
  static func add(abortionOf upload: UploadInfo, _ request: APIRequest, to head: inout ResponseHead) {
    let names = request.names.versions
    guard let date = names.abortDate, let id = names.abortRuleID, let calendar = request.calendar,
      let due = request.bucket?.settings.lifecycle?.abortion(of: upload.id, key: upload.key, calendar)
    else { return }
    head.add(date, due.time.imfFixdate)
    head.add(id, PercentEncoding.uriEncode(due.rule, keepSlash: false))
  }
}

extension APIRequest {
  /// The days that the store's lifecycle counts in.
  fileprivate var calendar: LifecycleCalendar? { services?.store.limits.calendar }
}
