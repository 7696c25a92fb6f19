package import Objects
package import Primitives

/// `RestoreRequest`: for how many days an archived object is to be readable, and how soon.
package enum RestoreDocument {
  /// What a document asks for.
  package struct Wish: Hashable, Sendable {
    /// Nil: it does not say.
    package var days: UInt32?
    /// Nil: it does not say.
    package var tier: RestoreTier?
  }

  /// Reads one. `parameters` is how the dialect calls what surrounds the tier; both dialects' clients may also send it
  /// without.
  ///
  /// - Throws: MalformedXML for what the schema does not have, InvalidArgument for a number of days below 1,
  ///   NotImplemented for what selects from objects.
  package static func read(_ root: XMLElement, parameters: String) throws(S3Error) -> Wish {
    var wish = Wish()
    for child in root.children {
      switch child.name {
      case "Days": wish.days = try days(child.string)
      case "Tier": wish.tier = try tier(child.string)
      case parameters:
        guard child.children.count == 1, let name = child.string("Tier") else {
          throw S3Error(.malformedXML)
        }
        wish.tier = try tier(name)
      case "Description": break
      case "Type", "SelectParameters", "OutputLocation": throw .notImplemented(element: child.name)
      default: throw S3Error(.malformedXML)
      }
    }
    return wish
  }

  private static func days(_ text: String) throws(S3Error) -> UInt32 {
    guard let number = Int(text) else { throw S3Error(.malformedXML) }
    guard number > 0, let days = UInt32(exactly: number) else {
      throw .invalidArgument("Days", text, "Days must be a positive number.")
    }
    return days
  }

  private static func tier(_ name: String) throws(S3Error) -> RestoreTier {
    guard let found = RestoreTier.allCases.first(where: { $0.name == name }) else {
      throw S3Error(.malformedXML)
    }
    return found
  }
}
