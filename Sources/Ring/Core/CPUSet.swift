import CURing

/// The CPUs this process may run on.
enum CPUSet {
  /// Their numbers, ascending.
  static func allowed() -> [Int] {
    var list = [Int32](repeating: 0, count: 1024)
    // SAFETY: writes at most as many numbers as the array has room for.
    let count = unsafe weir_allowed_cpus(&list, Int32(list.count))
    return list.prefix(max(0, Int(count))).map(Int.init)
  }
}
