package import Objects
package import Primitives

/// `Owner` and `Initiator`: the canonical id. AWS has withdrawn `DisplayName`; clients of OSS want one.
package enum OwnerElement {
  package static func write(
    _ name: StaticString, _ owner: PrincipalID, showsName: Bool = false, to xml: inout XMLWriter
  ) {
    xml.open(name)
    xml.element("ID", owner.string)
    if showsName { xml.element("DisplayName", owner.string) }
    xml.close(name)
  }
}
