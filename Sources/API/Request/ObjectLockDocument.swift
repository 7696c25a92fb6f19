package import Objects
package import Primitives

/// A bucket's Object Lock as a document: S3's `ObjectLockConfiguration`, OSS's `ObjectWormConfiguration`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ObjectLockConfiguration.html>
package enum ObjectLockDocument {
  /// Reads one; `switchName` is the element that turns it on.
  ///
  /// - Throws: MalformedXML for what the schema does not have, InvalidArgument for a period out of its bounds,
  ///   NotImplemented for event holds.
  package static func read(
    _ root: XMLElement, switchName: String = "ObjectLockEnabled"
  ) throws(S3Error) -> ObjectLockConfiguration {
    try refuse(root, except: [switchName, "Rule"])
    guard root.string(switchName) == "Enabled", root.all("Rule").count <= 1 else {
      throw S3Error(.malformedXML)
    }
    guard let rule = root.first("Rule") else { return ObjectLockConfiguration() }
    guard rule.children.count == 1, let element = rule.first("DefaultRetention") else {
      throw S3Error(.malformedXML)
    }
    if element.first("DefaultEventHold") != nil { throw .notImplemented(element: "DefaultEventHold") }
    try refuse(element, except: ["Mode", "Days", "Years"])
    guard let mode = element.string("Mode").flatMap({ RetentionMode(name: $0) }) else {
      throw S3Error(.malformedXML)
    }
    return ObjectLockConfiguration(defaultRetention: .init(mode: mode, period: try period(element)))
  }

  /// Writes one.
  package static func write(
    _ configuration: ObjectLockConfiguration, switchName: StaticString = "ObjectLockEnabled",
    to xml: inout XMLWriter
  ) {
    xml.element(switchName, "Enabled")
    guard let retention = configuration.defaultRetention else { return }
    xml.open("Rule")
    xml.open("DefaultRetention")
    xml.element("Mode", retention.mode.name)
    switch retention.period {
    case .days(let count): xml.element("Days", count)
    case .years(let count): xml.element("Years", count)
    }
    xml.close("DefaultRetention")
    xml.close("Rule")
  }

  /// Days or years, never both.
  private static func period(
    _ element: XMLElement
  ) throws(S3Error) -> ObjectLockConfiguration.DefaultRetention.Period {
    switch (element.string("Days"), element.string("Years")) {
    case (let days?, nil): .days(try number(days, "Days", most: ObjectLockConfiguration.mostDays))
    case (nil, let years?): .years(try number(years, "Years", most: ObjectLockConfiguration.mostYears))
    default: throw S3Error(.malformedXML)
    }
  }

  private static func number(_ text: String, _ name: String, most: Int) throws(S3Error) -> Int {
    guard let number = Int(text) else { throw S3Error(.malformedXML) }
    guard number > 0 else {
      throw .invalidArgument(name, text, "Default retention period must be a positive integer value.")
    }
    guard number <= most else {
      throw .invalidArgument(name, text, "Default retention period is too long: at most \(most) \(name).")
    }
    return number
  }

  private static func refuse(_ element: XMLElement, except names: Set<String>) throws(S3Error) {
    guard element.children.allSatisfy({ names.contains($0.name) }) else { throw S3Error(.malformedXML) }
  }
}
