import Foundation
import Logging
import Testing

@testable import Server

@Suite struct LoggingTests {
  @Test func textLines() {
    let line = LogLineHandler.text("T", .warning, "it\nbroke", [("a", "plain"), ("b", "two words")])
    #expect(line == "T WARNING it?broke a=plain b=\"two words\"")
  }

  @Test func jsonLines() throws {
    let line = LogLineHandler.json("T", .info, "a \"b\"\n", [("key", "v\u{1}")])
    let decoded = try #require(
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
    #expect(decoded == ["time": "T", "level": "info", "message": "a \"b\"\n", "key": "v\u{1}"])
  }

  @Test func sinkWritesAndReopens() throws {
    let path = NSTemporaryDirectory() + "weir-log-\(UUID().uuidString)"
    let rotated = path + ".1"
    defer {
      try? FileManager.default.removeItem(atPath: path)
      try? FileManager.default.removeItem(atPath: rotated)
    }
    let sink = try LineSink(path: path)
    sink.write(Array("one\n".utf8))
    while (try? text(path)) != "one\n" { usleep(1_000) }
    try FileManager.default.moveItem(atPath: path, toPath: rotated)
    try sink.reopen()
    sink.write(Array("two\n".utf8))
    sink.close()
    #expect(try text(path) == "two\n")
    #expect(try text(rotated) == "one\n")
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: Unicode.UTF8.self)
  }

  @Test func sinkIsBounded() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    _ = unsafe ends.withUnsafeMutableBufferPointer { unsafe pipe($0.baseAddress) }
    let sink = LineSink(descriptor: ends[1])
    let line = [UInt8](repeating: 0x61, count: 1 << 20)
    for _ in 0..<20 { sink.write(line) }
    #expect(sink.droppedLines > 0)
    // Nobody reads any more: what waits is dropped, and the thread ends.
    close(ends[0])
    sink.close()
    close(ends[1])
  }

  @Test func linesThatAFullDiskRefusesAreCounted() throws {
    let descriptor = unsafe open("/dev/full", O_WRONLY)
    try #require(descriptor >= 0)
    let sink = LineSink(descriptor: descriptor)
    sink.write(Array("one\ntwo\n".utf8))
    sink.close()
    #expect(sink.droppedLines == 2)
    close(descriptor)
  }
}

@Suite struct MetricsTextTests {
  @Test func escapesAndNumbers() {
    var text = MetricsText()
    text.family("m", .gauge, "help")
    text.sample("m", [("l", "a\"b\\c\nd")], 1.5)
    text.single("n", .counter, "more", UInt64(7))
    #expect(
      String(decoding: text.bytes, as: Unicode.UTF8.self)
        == "# HELP m help\n# TYPE m gauge\nm{l=\"a\\\"b\\\\c\\nd\"} 1.5\n# HELP n more\n# TYPE n counter\nn 7\n"
    )
  }
}
