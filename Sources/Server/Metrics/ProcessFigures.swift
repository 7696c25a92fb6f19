import Background
import Glibc
import Primitives

/// What the kernel knows of this process.
enum ProcessFigures {
  static func write(_ idle: IdleMemory, to text: inout MetricsText) {
    text.single("weir_process_resident_bytes", .gauge, "Resident memory.", ResidentMemory.bytes())
    text.single(
      "weir_process_memory_releases_total", .counter, "Times that memory was given back at rest.",
      idle.releases)
    text.single("weir_process_open_files", .gauge, "Open descriptors.", openFiles())
    var usage = rusage()
    // SAFETY: the structure outlives the call that fills it.
    if unsafe getrusage(RUSAGE_SELF.rawValue, &usage) == 0 {
      let user = Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6
      let system = Double(usage.ru_stime.tv_sec) + Double(usage.ru_stime.tv_usec) / 1e6
      text.single("weir_process_cpu_seconds_total", .counter, "CPU used.", user + system)
    }
    text.family("weir_build_info", .gauge, "The version that runs.")
    text.sample("weir_build_info", [("version", Product.version)], UInt64(1))
  }

  private static func openFiles() -> UInt64 {
    // SAFETY: the stream is used here only and closed before the function returns.
    guard let stream = unsafe opendir("/proc/self/fd") else { return 0 }
    defer { unsafe closedir(stream) }
    var count: UInt64 = 0
    while unsafe readdir(stream) != nil { count += 1 }
    // Less ".", ".." and the stream's own.
    return count > 3 ? count - 3 : 0
  }
}
