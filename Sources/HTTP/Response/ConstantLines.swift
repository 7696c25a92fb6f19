/// Lines that never change, as bytes.
enum ConstantLines {
  static let close = Array("Connection: close\r\n".utf8)
  static let keepAlive = Array("Connection: keep-alive\r\n".utf8)
  static let chunked = Array("Transfer-Encoding: chunked\r\n".utf8)
  static let `continue` = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
}
