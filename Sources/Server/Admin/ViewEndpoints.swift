import HTTP
import Objects
import Primitives

/// `/v1/views`: what `weir view` asks of a running server. GET lists the views, POST makes one; GET and DELETE of
/// `/v1/views/NAME` show and delete it.
struct ViewEndpoints {
  /// Bytes of a view's prefix, at most: no key is longer.
  static let longestPrefix = ObjectKey.longest

  let objects: ObjectStore

  private struct NewView: Decodable {
    let name: String
    let bucket: String
    let as_of: String?
    let prefix: String?
    let expires: String?

    static let form = "{\"name\":…,\"bucket\":…} and, as wanted, \"as_of\", \"prefix\" and \"expires\""
  }

  func answer(_ call: AdminCall) async throws(AdminProblem) -> AdminAnswer {
    guard let name = call.path.dropFirst().first else {
      switch call.method {
      case .get: return .json(list())
      case .post: return .json(ViewJSON.json(try await create(call)))
      default: throw call.use("GET or POST")
      }
    }
    guard call.path.count == 2 else { throw call.nothing }
    guard call.method == .get || call.method == .delete else { throw call.use("GET or DELETE") }
    guard let view = objects.view(named: name) else { throw AdminProblem(.noSuchView(name: name)) }
    if call.method == .delete {
      try await inWords { () async throws(ObjectError) in try await objects.deleteView(named: name) }
    }
    return .json(ViewJSON.json(view))
  }

  private func list() -> String {
    var reply = JSONObject()
    reply.add("views", list: objects.listViews().map { ViewJSON.json($0) })
    return reply.json
  }

  private func create(_ call: AdminCall) async throws(AdminProblem) -> ViewInfo {
    let wanted = try call.decode(NewView.self, NewView.form)
    let name: BucketName
    do throws(InvalidBucketName) { name = try BucketName(validating: wanted.name) } catch {
      throw AdminProblem(400, "a view is named like a bucket: \(error)")
    }
    let prefix = Array((wanted.prefix ?? "").utf8)
    guard prefix.count <= Self.longestPrefix else {
      throw AdminProblem(400, "the prefix is longer than any key can be")
    }
    let asOf = try MomentText.moment(wanted.as_of, "as_of", objects)
    let expires = try MomentText.time(wanted.expires, "expires")
    if let expires, expires <= Timestamp.now() { throw AdminProblem(400, "\(expires) has passed") }
    return try await inWords { () async throws(ObjectError) in
      try await objects.createView(
        name: name, bucket: try objects.bucket(named: wanted.bucket), asOf: asOf, prefix: prefix,
        expires: expires)
    }
  }
}

/// Views as JSON.
enum ViewJSON {
  static func json(_ view: ViewInfo) -> String {
    var object = JSONObject()
    object.add("name", view.name.string)
    object.add("bucket", view.bucketName.string)
    object.add("as_of", view.asOf.time)
    object.add("moment", VersionID(rawValue: view.asOf.rawValue).text)
    object.add("prefix", String(decoding: view.prefix, as: Unicode.UTF8.self))
    object.add("created", view.created)
    object.add("expires", view.expires)
    return object.json
  }
}
