import Logging
package import Objects

extension Logger {
  /// The line for something damaged: what, of which object, and where.
  func log(damage failure: StorageFailure, foundBy finder: String) {
    var fields: Logger.Metadata = ["found_by": "\(finder)"]
    if let subject = failure.subject { fields.name(subject) }
    if let place = failure.place { fields.name(place) }
    error("stored data is damaged: \(failure.message)", metadata: fields)
  }
}

extension Logger.Metadata {
  /// Names an object: `bucket`, `key` and, where it is known, `version`.
  package mutating func name(_ subject: StorageFailure.Subject) {
    self["bucket"] = "\(subject.bucket)"
    self["key"] = "\(subject.key)"
    if let version = subject.version { self["version"] = "\(version.rawValue)" }
  }

  /// Names a place on the volumes: `volume` and, where they are known, `segment` and `offset`.
  package mutating func name(_ place: StorageFailure.Place) {
    self["volume"] = "\(place.volume)"
    if let segment = place.segment { self["segment"] = "\(segment)" }
    if let offset = place.offset { self["offset"] = "\(offset)" }
  }
}
