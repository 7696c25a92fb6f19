package import HTTP
package import Objects
package import Primitives

/// What operations ask of the request and make of it.
extension APIRequest {
  /// The bucket of an operation on a bucket or an object: the chain runs those only once it is known.
  package var knownBucket: BucketInfo {
    guard let bucket else { preconditionFailure("an operation on a bucket without its bucket") }
    return bucket
  }

  /// The key of an operation on an object: only requests with a key match those.
  package var knownKey: ObjectKey {
    guard let key = target.key else { preconditionFailure("an operation on an object without a key") }
    return key
  }

  /// The body of an operation whose policy is `.streaming`: the chain sets it before it runs one.
  package var knownBody: S3ObjectBody {
    guard let body else { preconditionFailure("a streaming operation without a body") }
    return body
  }

  /// The form of an operation whose policy is `.form`: the chain sets it before it runs one.
  var knownForm: ReceivedForm {
    guard let form else { preconditionFailure("an operation on a form without one") }
    return form
  }

  /// The head of a reply, with the ids on it.
  package func reply(_ status: Int) -> ResponseHead {
    var head = ResponseHead(status: status)
    names.add(identifiers, to: &head)
    return head
  }

  /// A 200 with an XML document.
  package func reply(_ xml: consuming XMLWriter) -> Reply {
    var head = reply(200)
    head.add("Content-Type", "application/xml")
    return .complete(head, xml.bytes[...])
  }

  /// The URL under which the client can ask for the object of this request.
  package var location: String {
    var url = Array((connection.tls == nil ? "http://" : "https://").utf8)
    url.append(contentsOf: headers.first("host") ?? [])
    if !target.isVirtualHost, let bucket = target.bucket { url.append(contentsOf: "/\(bucket)".utf8) }
    if let key = target.key {
      url.append(UInt8(ascii: "/"))
      PercentEncoding.appendURIEncoded(key.bytes, keepSlash: true, to: &url)
    }
    return String(decoding: url, as: Unicode.UTF8.self)
  }
}
