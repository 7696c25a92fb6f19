import HTTP
import Objects
import Primitives

/// What is asked of single keys, below `/v1/buckets/NAME`: GET `versions?key=KEY` is the history of a key, newest
/// first, GET `kept?key=KEY` what was removed of it and is kept; POST of `{"key":…,"version":…}`, or of `"as_of"` in
/// its place, to `revert` makes the key what it was.
struct VersionEndpoints {
  /// Versions of a page.
  static let pageLength = 1000

  let objects: ObjectStore

  private struct Revert: Decodable {
    let key: String
    let version: String?
    let as_of: String?
  }

  func answer(_ call: AdminCall, of bucket: BucketInfo) async throws(AdminProblem) -> AdminAnswer {
    guard call.path.count == 3 else { throw call.nothing }
    switch (call.path[2], call.method) {
    case ("versions", .get): return .json(try await history(call, bucket))
    case ("versions", _): throw call.use("GET")
    case ("kept", .get): return .json(try await kept(call, bucket))
    case ("kept", _): throw call.use("GET")
    case ("revert", .post): return .json(try await revert(call, bucket))
    case ("revert", _): throw call.use("POST")
    default: throw call.nothing
    }
  }

  private func history(_ call: AdminCall, _ bucket: BucketInfo) async throws(AdminProblem) -> String {
    let key = try key(try call.parameter("key") ?? "")
    var request = ListObjectVersionsRequest(bucket: bucket)
    request.prefix = key.bytes
    request.limit = try call.count("limit", 1...Self.pageLength, default: Self.pageLength)
    if let after = try call.parameter("after") {
      request.keyMarker = key.bytes
      request.versionMarker = try label(after)
    }
    let page = try await inWords { [request] () async throws(ObjectError) in
      try await objects.listObjectVersions(request)
    }
    var versions: [String] = []
    var last: VersionLabel?
    // Keys that go on behind this one follow all of its versions.
    for case .version(let entry) in page.entries where entry.key == key {
      versions.append(Self.json(entry))
      last = entry.label
    }
    if versions.isEmpty, request.keyMarker.isEmpty {
      let kept = try await inWords { () async throws(ObjectError) in
        try await objects.keptVersions(bucket: bucket, key: key, limit: 1)
      }
      if kept.versions.isEmpty { throw AdminProblem(.noSuchKey(key)) }
    }
    var reply = JSONObject()
    reply.add("bucket", bucket.name.string)
    reply.add("key", key.string)
    reply.add("versions", list: versions)
    if page.isTruncated, versions.count == page.entries.count { reply.add("next", last?.text) }
    return reply.json
  }

  private func kept(_ call: AdminCall, _ bucket: BucketInfo) async throws(AdminProblem) -> String {
    let key = try key(try call.parameter("key") ?? "")
    let limit = try call.count("limit", 1...Self.pageLength, default: Self.pageLength)
    let after = try call.parameter("after").map { (text) throws(AdminProblem) in
      guard let version = VersionID(text: text) else {
        throw AdminProblem(400, "\"\(text)\" is no version id")
      }
      return version
    }
    let page = try await inWords { () async throws(ObjectError) in
      try await objects.keptVersions(bucket: bucket, key: key, after: after, limit: limit)
    }
    var reply = JSONObject()
    reply.add("bucket", bucket.name.string)
    reply.add("key", key.string)
    reply.add("kept", list: page.versions.map(Self.json))
    reply.add("next", page.next?.text)
    return reply.json
  }

  private func revert(_ call: AdminCall, _ bucket: BucketInfo) async throws(AdminProblem) -> String {
    let form = "{\"key\":…,\"version\":…} or {\"key\":…,\"as_of\":…}"
    let wanted = try call.decode(Revert.self, form)
    let key = try key(wanted.key)
    let version = try wanted.version.map { (text) throws(AdminProblem) in try label(text) }
    let asOf = try MomentText.moment(wanted.as_of, "as_of", objects)
    guard (version == nil) != (asOf == nil) else { throw AdminProblem(400, "the body must be \(form)") }
    let made = try await inWords { () async throws(ObjectError) in
      try await objects.revertObject(bucket: bucket, key: key, version: version, asOf: asOf)
    }
    var object = JSONObject()
    object.add("key", key.string)
    object.add("version_id", made.label.text)
    object.add("size", made.size)
    object.add("etag", made.etag.text)
    object.add("unchanged", made.isUnchanged)
    object.add("replaced_is_kept", made.keepsReplaced)
    return object.json
  }

  private func key(_ text: String) throws(AdminProblem) -> ObjectKey {
    do throws(InvalidObjectKey) { return try ObjectKey(validating: Array(text.utf8)) } catch {
      throw AdminProblem(400, "a key has 1 to \(ObjectKey.longest) bytes")
    }
  }

  private func label(_ text: String) throws(AdminProblem) -> VersionLabel {
    guard let label = VersionLabel(text: text) else {
      throw AdminProblem(400, "\"\(text)\" is no version id: weir versions shows those of a key")
    }
    return label
  }

  private static func json(_ kept: KeptVersion) -> String {
    var object = JSONObject()
    object.add("version_id", kept.version.text)
    object.add("kind", kept.isDeleteMarker ? "delete-marker" : "object")
    object.add("time", Moment(kept.version).time)
    object.add("removed", kept.removed.time)
    object.add("last_modified", kept.lastModified)
    if !kept.isDeleteMarker {
      object.add("size", kept.size)
      object.add("etag", kept.etag.text)
    }
    return object.json
  }

  private static func json(_ entry: VersionListEntry) -> String {
    var object = JSONObject()
    object.add("version_id", entry.label.text)
    object.add("kind", entry.isDeleteMarker ? "delete-marker" : "object")
    object.add("latest", entry.isLatest)
    // When it was committed, which is what a moment is held against; an upload's date is that of its beginning.
    object.add("time", Moment(entry.version).time)
    object.add("last_modified", entry.lastModified)
    if !entry.isDeleteMarker {
      object.add("size", entry.size)
      object.add("etag", entry.etag.text)
      object.add("storage_class", "\(entry.storageClass.name)")
    }
    return object.json
  }
}
