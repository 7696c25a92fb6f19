package import Objects
package import Primitives

/// Writes the parts that listings share, keys form-encoded where `encoding-type=url` asks for it.
///
/// A listing is the longest document there is, so an entry is written with few calls and no allocation.
package struct ListingWriter {
  package var xml: XMLWriter
  private let isURLEncoded: Bool
  /// For texts that are put together before they are written.
  private var scratch: [UInt8] = []
  /// The last date written, and its second: neighbours in a listing were often written together.
  private var date: (second: Int64, text: [UInt8])?

  package init(isURLEncoded: Bool, capacity: Int) {
    xml = XMLWriter(capacity: capacity)
    self.isURLEncoded = isURLEncoded
    scratch.reserveCapacity(64)
  }

  /// An element whose text is a key or a part of one.
  package mutating func key(_ name: StaticString, _ bytes: some Collection<UInt8>) {
    xml.open(name)
    keyText(bytes)
    xml.close(name)
  }

  /// `CommonPrefixes` with one prefix.
  package mutating func commonPrefix(_ bytes: ArraySlice<UInt8>) {
    xml.raw("<CommonPrefixes><Prefix>")
    keyText(bytes)
    xml.raw("</Prefix></CommonPrefixes>")
  }

  /// `Contents`; with an owner where the listing shows it.
  package mutating func contents(
    _ key: ArraySlice<UInt8>, _ entry: ListObjectsPage.Entry, owner: PrincipalID?
  ) {
    xml.raw("<Contents><Key>")
    keyText(key)
    xml.raw("</Key><LastModified>")
    dateText(entry.lastModified)
    xml.raw("</LastModified><ETag>&quot;")
    tagText(entry.etag)
    xml.raw("&quot;</ETag>")
    if let algorithm = entry.checksumAlgorithm {
      xml.raw(ListingWriter.element(algorithm))
      if let type = entry.checksumType { xml.raw(ListingWriter.element(type)) }
    }
    xml.element("Size", entry.size)
    if let owner { OwnerElement.write("Owner", owner, to: &xml) }
    xml.raw(ListingWriter.element(entry.storageClass))
    xml.raw("</Contents>")
  }

  /// `Version` or `DeleteMarker`.
  package mutating func version(_ entry: VersionListEntry) {
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
      if let algorithm = entry.checksumAlgorithm { xml.raw(ListingWriter.element(algorithm)) }
      if let type = entry.checksumType { xml.raw(ListingWriter.element(type)) }
      xml.element("Size", entry.size)
    }
    OwnerElement.write("Owner", entry.owner, to: &xml)
    if !entry.isDeleteMarker { xml.raw(ListingWriter.element(entry.storageClass)) }
    xml.close(element)
  }

  private mutating func tagText(_ etag: ETag) {
    scratch.removeAll(keepingCapacity: true)
    etag.append(to: &scratch)
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
    PercentEncoding.appendFormEncoded(bytes, to: &scratch)
    // Form encoding leaves nothing that XML would escape.
    xml.raw(scratch)
  }

  private static func element(_ algorithm: ChecksumAlgorithm) -> StaticString {
    switch algorithm {
    case .crc32: "<ChecksumAlgorithm>CRC32</ChecksumAlgorithm>"
    case .crc32c: "<ChecksumAlgorithm>CRC32C</ChecksumAlgorithm>"
    case .crc64nvme: "<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm>"
    case .sha1: "<ChecksumAlgorithm>SHA1</ChecksumAlgorithm>"
    case .sha256: "<ChecksumAlgorithm>SHA256</ChecksumAlgorithm>"
    }
  }

  private static func element(_ type: ChecksumType) -> StaticString {
    switch type {
    case .fullObject: "<ChecksumType>FULL_OBJECT</ChecksumType>"
    case .composite: "<ChecksumType>COMPOSITE</ChecksumType>"
    }
  }

  private static func element(_ storageClass: StorageClass) -> StaticString {
    switch storageClass {
    case .standard: "<StorageClass>STANDARD</StorageClass>"
    }
  }
}
