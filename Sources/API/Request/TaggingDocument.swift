package import Objects
package import Primitives

/// `<Tagging><TagSet><Tag><Key/><Value/></Tag>…</TagSet></Tagging>`, of objects and buckets.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Tagging.html>
package enum TaggingDocument {
  /// The tags of a request's document.
  ///
  /// - Throws: InvalidRequest when nothing vouches for the document, BadDigest, MalformedXML, and what `TagRules`
  ///   refuses.
  package static func read(_ request: APIRequest, limit: Int) throws(S3Error) -> TagSet {
    try PayloadIntegrity.demand(request)
    let root = try RequestDocument.parse(request.payload, root: "Tagging")
    guard root.children.count == 1, let set = root.first("TagSet") else { throw S3Error(.malformedXML) }
    return try tags(in: set, limit: limit)
  }

  /// The tags of an element whose children are `Tag`s.
  package static func tags(in set: XMLElement, limit: Int) throws(S3Error) -> TagSet {
    var tags: [TagSet.Tag] = []
    for element in set.children {
      guard element.name == "Tag", element.children.count == 2, let key = element.string("Key"),
        let value = element.string("Value")
      else { throw S3Error(.malformedXML) }
      tags.append(TagSet.Tag(key: key, value: value))
    }
    return try TagRules.set(tags, limit: limit)
  }

  /// The document of a set.
  package static func write(_ set: TagSet, _ request: APIRequest) -> XMLWriter {
    var xml = XMLWriter(capacity: 512)
    xml.open("Tagging", xmlns: request.dialect.xmlNamespace)
    xml.open("TagSet")
    for tag in set.tags {
      xml.open("Tag")
      xml.element("Key", tag.key)
      xml.element("Value", tag.value)
      xml.close("Tag")
    }
    xml.close("TagSet")
    xml.close("Tagging")
    return xml
  }
}
