import ArgumentParser
import Primitives

/// Times as people write them, read against the clock of this machine.
enum WrittenTime {
  /// A moment up to now, or the id of a version or of a restore: the moment that it was made, or `view:NAME`: what that
  /// view shows. As the admin API takes it.
  static func moment(_ text: String, _ option: String) throws -> String {
    if text.utf8.count == 16, UInt64(text, radix: 16) != nil { return text.lowercased() }
    if text.hasPrefix("view:") { return text }
    return try past(text, option).iso8601
  }

  /// A moment up to now.
  static func past(_ text: String, _ option: String) throws -> Timestamp {
    do throws(UnitError) { return try Timestamp(written: text, now: .now()) } catch {
      throw ValidationError("\(option): \(error)")
    }
  }

  /// A moment to come.
  static func deadline(_ text: String, _ option: String) throws -> Timestamp {
    do throws(UnitError) { return try Timestamp(deadline: text, now: .now()) } catch {
      throw ValidationError("\(option): \(error)")
    }
  }

  /// A number of whole seconds from a duration such as `7d`.
  static func seconds(_ text: String, _ what: String) throws -> Int64 {
    let duration: Duration
    do throws(UnitError) { duration = try DurationText.parse(text) } catch {
      throw ValidationError("\(what): \(error)")
    }
    let (seconds, attoseconds) = duration.components
    guard attoseconds == 0 else {
      throw ValidationError("\(what): \"\(text)\" is not a number of whole seconds")
    }
    return seconds
  }
}
