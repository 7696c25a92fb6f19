package import Objects
package import Primitives

/// Writes the parts that listings share, keys form-encoded where `encoding-type=url` asks for it.
///
/// A listing is the longest document there is, so an entry is written with few calls and no allocation.
package struct ListingWriter {
  package var xml: XMLWriter
  private let isURLEncoded: Bool
  private let dialect: Dialect
  /// For texts that are put together before they are written.
  private var scratch: [UInt8] = []
  /// The last date written, and its second: neighbours in a listing were often written together.
  private var date: (second: Int64, text: [UInt8])?

  package init(_ dialect: Dialect, isURLEncoded: Bool, capacity: Int) {
    xml = XMLWriter(capacity: capacity)
    self.dialect = dialect
    self.isURLEncoded = isURLEncoded
    scratch.reserveCapacity(64)
  }

  /// A writer for a document that is no listing and has keys in it. Only a dialect that encodes more than listings
  /// looks at `encoding-type`.
  package init(encodedAsAsked request: APIRequest, capacity: Int) throws(S3Error) {
    var isURLEncoded = false
    if request.dialect.listing.encodesTokens, request.query.count > 0 {
      isURLEncoded = try ListParameters.isURLEncoded(request.query)
    }
    self.init(request.dialect, isURLEncoded: isURLEncoded, capacity: capacity)
  }

  /// `EncodingType` where keys are encoded.
  package mutating func encodingType() {
    if isURLEncoded { xml.element("EncodingType", "url") }
  }

  /// An element whose text is a key or a part of one.
  package mutating func key(_ name: StaticString, _ bytes: some Collection<UInt8>) {
    xml.open(name)
    keyText(bytes)
    xml.close(name)
  }

  /// A token or a marker that is no key: it follows the encoding where the dialect has it so.
  package mutating func token(_ name: StaticString, _ text: String) {
    guard dialect.listing.encodesTokens else { return xml.element(name, text) }
    key(name, Array(text.utf8))
  }

  /// A key that was sent; where none was, the dialect may echo nothing by an empty element.
  package mutating func echo(_ name: StaticString, _ bytes: [UInt8]) {
    if !bytes.isEmpty || dialect.listing.echoesEmpty { key(name, bytes) }
  }

  /// `CommonPrefixes` with one prefix.
  package mutating func commonPrefix(_ bytes: ArraySlice<UInt8>) {
    xml.raw("<CommonPrefixes><Prefix>")
    keyText(bytes)
    xml.raw("</Prefix></CommonPrefixes>")
  }

  /// `Contents`; with an owner where the listing shows it, and a restore where there is one.
  package mutating func contents(
    _ key: ArraySlice<UInt8>, _ entry: ListObjectsPage.Entry, owner: PrincipalID?,
    restore: ArchiveRestore? = nil, at now: Timestamp
  ) {
    xml.raw("<Contents><Key>")
    keyText(key)
    xml.raw("</Key><LastModified>")
    dateText(entry.lastModified)
    xml.raw("</LastModified><ETag>&quot;")
    tagText(entry.etag)
    xml.raw("&quot;</ETag>")
    if let algorithm = dialect.shown(entry.checksumAlgorithm) {
      xml.raw(ListingWriter.element(algorithm))
      if let type = entry.checksumType { xml.raw(ListingWriter.element(type)) }
    }
    if dialect.listing.showsType { typeElement(entry.kind, entry.etag) }
    xml.element("Size", entry.size)
    if let owner { ownerElement(owner) }
    classElement(entry.storageClass)
    if let restore { RestoreText.write(restore, at: now, dialect, to: &xml) }
    xml.raw("</Contents>")
  }

  /// `Version` or `DeleteMarker`.
  package mutating func version(_ entry: VersionListEntry, at now: Timestamp) {
    let element: StaticString = entry.isDeleteMarker ? "DeleteMarker" : "Version"
    xml.open(element)
    xml.raw("<Key>")
    keyText(entry.key.bytes)
    xml.raw("</Key>")
    xml.element("VersionId", entry.label.text)
    xml.element("IsLatest", entry.isLatest)
    xml.raw("<LastModified>")
    dateText(entry.lastModified)
    xml.raw("</LastModified>")
    if !entry.isDeleteMarker {
      xml.raw("<ETag>&quot;")
      tagText(entry.etag)
      xml.raw("&quot;</ETag>")
      if let algorithm = dialect.shown(entry.checksumAlgorithm) {
        xml.raw(ListingWriter.element(algorithm))
        if let type = entry.checksumType { xml.raw(ListingWriter.element(type)) }
      }
      if dialect.listing.showsType { typeElement(entry.kind, entry.etag) }
      xml.element("Size", entry.size)
    }
    ownerElement(entry.owner)
    if !entry.isDeleteMarker { classElement(entry.storageClass) }
    if let restore = entry.restore { RestoreText.write(restore, at: now, dialect, to: &xml) }
    xml.close(element)
  }

  /// An owner as the dialect shows one.
  private mutating func ownerElement(_ owner: PrincipalID) {
    OwnerElement.write("Owner", owner, showsName: dialect.listing.showsDisplayNames, to: &xml)
  }

  private mutating func typeElement(_ kind: ObjectKind, _ etag: ETag) {
    xml.raw("<Type>")
    xml.raw(kind.typeName(etag))
    xml.raw("</Type>")
  }

  private mutating func classElement(_ storageClass: StorageClass) {
    xml.raw("<StorageClass>")
    xml.raw(dialect.name(of: storageClass))
    xml.raw("</StorageClass>")
  }

  private mutating func tagText(_ etag: ETag) {
    scratch.removeAll(keepingCapacity: true)
    dialect.append(etag, to: &scratch)
    xml.raw(scratch)
  }

  private mutating func dateText(_ moment: Timestamp) {
    if date?.second != moment.seconds {
      var text: [UInt8] = []
      moment.append(iso8601SecondsTo: &text)
      date = (moment.seconds, text)
    }
    if let date { xml.raw(date.text) }
  }

  private mutating func keyText(_ bytes: some Collection<UInt8>) {
    guard isURLEncoded else { return xml.text(bytes) }
    scratch.removeAll(keepingCapacity: true)
    if dialect.listing.percentEncodesKeys {
      PercentEncoding.appendURIEncoded(bytes, keepSlash: false, to: &scratch)
    } else {
      PercentEncoding.appendFormEncoded(bytes, to: &scratch)
    }
    // Neither encoding leaves anything that XML would escape.
    xml.raw(scratch)
  }

  private static func element(_ algorithm: ChecksumAlgorithm) -> StaticString {
    switch algorithm {
    case .crc32: "<ChecksumAlgorithm>CRC32</ChecksumAlgorithm>"
    case .crc32c: "<ChecksumAlgorithm>CRC32C</ChecksumAlgorithm>"
    case .crc64nvme: "<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm>"
    case .sha1: "<ChecksumAlgorithm>SHA1</ChecksumAlgorithm>"
    case .sha256: "<ChecksumAlgorithm>SHA256</ChecksumAlgorithm>"
    case .crc64ecma: ""
    }
  }

  private static func element(_ type: ChecksumType) -> StaticString {
    switch type {
    case .fullObject: "<ChecksumType>FULL_OBJECT</ChecksumType>"
    case .composite: "<ChecksumType>COMPOSITE</ChecksumType>"
    }
  }
}
