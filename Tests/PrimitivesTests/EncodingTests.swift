import Testing
@testable import Primitives
