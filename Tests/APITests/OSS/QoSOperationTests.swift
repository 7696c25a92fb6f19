import Flow
import Foundation
import Primitives
import Testing

@testable import API
@testable import HTTP

/// Flow control in OSS's words: documents and pages.
@Suite struct QoSOperationTests {
  private static func read(_ elements: String) throws(S3Error) -> NodeSettings {
    try QoSDocument.read(
      makeRequest("PUT /b?qosInfo", payload: "<QoSConfiguration>\(elements)</QoSConfiguration>"))
  }

  @Test func gigabitsAreRead() throws {
    let settings = try Self.read(
      "<ExtranetQps>7</ExtranetQps><TotalUploadBandwidth>5</TotalUploadBandwidth>"
        + "<IntranetDownloadBandwidth>0</IntranetDownloadBandwidth><TotalQps>-1</TotalQps>")
    #expect(settings.caps[.upload, .total] == 625_000_000)
    #expect(settings.caps[.download, .intranet] == 0)
    #expect(settings.caps[.download, .total] == nil)
    #expect(settings.requests[.extranet] == 7 && settings.requests[.total] == nil)
  }

  @Test(arguments: ["-2", "1.5", "", "8000001", "99999999999999999999", "+"])
  func wrongNumbersAreRefused(_ text: String) {
    let error = refusal { () throws(S3Error) in
      _ = try Self.read("<TotalUploadBandwidth>\(text)</TotalUploadBandwidth>")
    }
    #expect(error?.code == .invalidArgument)
    #expect(error?.elements.first?.value == "TotalUploadBandwidth")
  }

  @Test func ratesBetweenGigabitsAreShownAsTheNext() {
    var settings = NodeSettings()
    settings.caps[.upload, .total] = 1
    settings.caps[.upload, .intranet] = 125_000_000
    settings.caps[.upload, .extranet] = 125_000_001
    settings.caps[.download, .total] = 0
    settings.caps[.download, .intranet] = NodeSettings.highestRate
    settings.requests[.total] = 3
    let shown = text(QoSDocument.document(settings).bytes)
    let expected = """
      <QoSConfiguration><TotalUploadBandwidth>1</TotalUploadBandwidth>\
      <IntranetUploadBandwidth>1</IntranetUploadBandwidth>\
      <ExtranetUploadBandwidth>2</ExtranetUploadBandwidth>\
      <TotalDownloadBandwidth>0</TotalDownloadBandwidth>\
      <IntranetDownloadBandwidth>8000000</IntranetDownloadBandwidth>\
      <ExtranetDownloadBandwidth>-1</ExtranetDownloadBandwidth><TotalQps>3</TotalQps>\
      <IntranetQps>-1</IntranetQps><ExtranetQps>-1</ExtranetQps></QoSConfiguration>
      """
    #expect(shown.hasSuffix(expected))
  }

  /// A guarantee alone is no limit; what was set without any limit is.
  @Test func limitsAreToldFromOtherSettings() {
    var settings = NodeSettings()
    #expect(settings.hasThresholds)
    settings.priority = 3
    #expect(!settings.hasThresholds)
    settings.requests[.total] = 3
    #expect(settings.hasThresholds)
  }

  @Test func pagesFollowOneAnother() throws {
    let names = ["b", "d", "a", "c"]
    var found: [[String]] = []
    var token = ""
    repeat {
      let request = try makeRequest("GET /?resourcePool&max-keys=3&continuation-token=\(token)")
      var page = try QoSPage(request)
      found.append(page.cut(names) { $0 })
      var xml = XMLWriter()
      page.write(to: &xml)
      let shown = text(xml.bytes)
      let start = try #require(shown.range(of: "<NextContinuationToken>")).upperBound
      let end = try #require(shown.range(of: "</NextContinuationToken>")).lowerBound
      #expect(shown.contains("<ContinuationToken>\(token)</ContinuationToken>"))
      token = String(shown[start..<end])
      #expect(shown.contains("<IsTruncated>\(!token.isEmpty)</IsTruncated>"))
    } while !token.isEmpty
    #expect(found == [["a", "b", "c"], ["d"]])
  }

  /// The rows that share a sub-resource are told apart by their parameters, in either spelling.
  @Test(arguments: [
    ("GET /?qosInfo", "GetUserQoSInfo"), ("GET /b?qosInfo", "GetBucketQoSInfo"),
    ("GET /?resourcePool", "ListResourcePools"), ("GET /", "ListBuckets"),
    ("GET /?resourcePoolInfo&resourcePool=p", "GetResourcePoolInfo"),
    ("GET /?resourcePoolBucketGroup&resourcePool=p", "ListResourcePoolBucketGroups"),
    ("GET /b?requesterQosInfo", "ListBucketRequesterQoSInfos"),
    ("GET /b?requesterQosInfo&qosRequester=u", "GetBucketRequesterQoSInfo"),
    ("GET /?requesterQosInfo&resourcePool=p", "ListResourcePoolRequesterQoSInfos"),
    ("GET /?requesterQosInfo&resourcePool=p&qosRequester=u", "GetResourcePoolRequesterQoSInfo"),
    ("GET /?resourcePoolBucketGroupQoSInfo&resourcePool=p", "ListResourcePoolBucketGroupQoSInfos"),
    (
      "GET /?resourcePoolBucketGroupQosInfo&resourcePool=p&resourcePoolBucketGroup=g",
      "GetResourcePoolBucketGroupQoSInfo"
    ),
    (
      "DELETE /?resourcePoolBucketGroupQoSInfo&resourcePool=p&resourcePoolBucketGroup=g",
      "DeleteResourcePoolBucketGroupQoSInfo"
    ),
    ("PUT /b?resourcePool=p&resourcePoolBucketGroup=g", "PutBucketResourcePoolBucketGroup"),
  ])
  func requestsAreRecognised(_ line: String, _ name: String) throws {
    let request = try makeRequest(line)
    let row = try OSSOperationTable.router.match(
      request.head.method, request.target.scope, request.query, request.headers, .oss)
    #expect(row.name == name)
  }
}
