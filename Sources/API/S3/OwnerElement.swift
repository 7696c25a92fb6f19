package import Objects
package import Primitives

/// `Owner` and `Initiator`: the canonical id. AWS has withdrawn `DisplayName`.
package enum OwnerElement {
  package static func write(_ name: StaticString, _ owner: PrincipalID, to xml: inout XMLWriter) {
    xml.open(name)
    xml.element("ID", owner.string)
    xml.close(name)
  }
}
