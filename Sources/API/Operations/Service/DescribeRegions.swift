import HTTP
package import Objects
import Primitives

/// The one region of this server. OSS `DescribeRegions`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/describeregions>
package enum DescribeRegions: Operation {
  package static let spec = OperationSpec(
    "DescribeRegions", .get, .service, subresource: "regions", action: "oss:DescribeRegions", cost: .read,
    logName: "REST.GET.REGIONS")

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> String { services.region }

  package static func encode(
    _ region: String, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    let endpoint = Array(request.headers.first("host") ?? [])
    let name = "\(request.dialect.objects.locationPrefix)\(region)"
    let wanted = try request.query.string("regions") ?? ""
    var xml = XMLWriter(capacity: 512)
    xml.open("RegionInfoList")
    if wanted.isEmpty || wanted == name {
      xml.open("RegionInfo")
      xml.element("Region", name)
      xml.element("InternetEndpoint", endpoint)
      xml.element("InternalEndpoint", endpoint)
      xml.element("AccelerateEndpoint", endpoint)
      xml.close("RegionInfo")
    }
    xml.close("RegionInfoList")
    return request.reply(xml)
  }
}
