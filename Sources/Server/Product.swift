/// What this program is called and which version it is.
package enum Product {
  package static let name = "weir"
  package static let version = "0.1.0"
}
