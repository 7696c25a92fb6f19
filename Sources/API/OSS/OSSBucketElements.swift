import HTTP
import Objects
import Primitives

/// What OSS's documents say of a bucket.
enum OSSBucketElements {
  /// Name, times, place and class. Both endpoints are the one that the request came to: which networks there are is
  /// not the server's to know.
  static func write(_ bucket: BucketInfo, _ request: APIRequest, to xml: inout XMLWriter) {
    let endpoint = Array(request.headers.first("host") ?? [])
    xml.element("Name", bucket.name.string)
    xml.element("CreationDate", bucket.created.iso8601Seconds)
    xml.element("Location", location(bucket, request))
    xml.element("Region", bucket.region)
    xml.element("StorageClass", "\(request.dialect.name(of: bucket.settings.storageClass))")
    xml.element("ExtranetEndpoint", endpoint)
    xml.element("IntranetEndpoint", endpoint)
  }

  /// The bucket's region as locations are told.
  static func location(_ bucket: BucketInfo, _ request: APIRequest) -> String {
    "\(request.dialect.objects.locationPrefix)\(bucket.region)"
  }

  /// `Owner`.
  static func owner(_ owner: PrincipalID, to xml: inout XMLWriter) {
    OwnerElement.write("Owner", owner, showsName: true, to: &xml)
  }

  /// The one access control list that there is: all to the owner.
  static func accessControlList(to xml: inout XMLWriter) {
    xml.open("AccessControlList")
    xml.element("Grant", "private")
    xml.close("AccessControlList")
  }
}
