import Ring

/// The certificates of a TLS listener. Their files are looked at every few seconds, when a client connects; changed
/// ones are loaded, and ones that do not load leave the old ones in use.
package final class TLSContext: Sendable {
  private let standard: TLSCertificateFiles
  private let named: [String: TLSCertificateFiles]
  private let checkInterval: Duration
  private let log: @Sendable (String) -> Void
  private let state: Locked<State>

  private struct State {
    var certificates: TLSCertificateSet
    var stamps: [TLSCertificateFiles.Stamp]
    var nextCheck: Instant
  }

  /// Loads the certificates; blocks. `named` maps a server name, or `*.domain`, to the files of its certificate;
  /// every other client gets `certificateFile`. `checkInterval` is the time between two looks at the files. `log` is
  /// called with a line when they were loaded anew or could not be, from a thread of the blocking pool.
  package init(
    certificateFile: String, keyFile: String, named: [String: TLSCertificateFiles] = [:],
    checkInterval: Duration = .seconds(5), log: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(TLSError) {
    standard = TLSCertificateFiles(certificateFile: certificateFile, keyFile: keyFile)
    self.named = Dictionary(
      named.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
    self.checkInterval = checkInterval
    self.log = log
    let stamps = Self.stamps(standard, self.named)
    state = Locked(
      State(
        certificates: try TLSCertificateSet(standard: standard, named: self.named), stamps: stamps,
        nextCheck: Instant.now().advanced(by: checkInterval)))
  }

  /// The certificates for a new connection. When it is time, the files are looked at first, on the blocking pool.
  func certificates(on ring: Ring) async -> TLSCertificateSet {
    let (current, isDue) = state.withLock { state in
      let isDue = ring.now >= state.nextCheck
      // One connection looks; those that come meanwhile go on with what there is.
      if isDue { state.nextCheck = ring.now.advanced(by: checkInterval) }
      return (state.certificates, isDue)
    }
    guard isDue else { return current }
    return await ring.blocking.run { self.refresh() }
  }

  /// Loads the files if they have changed since they were last looked at; blocks.
  private func refresh() -> TLSCertificateSet {
    let stamps = Self.stamps(standard, named)
    let (current, isChanged) = state.withLock { state in
      defer { state.stamps = stamps }
      return (state.certificates, state.stamps != stamps)
    }
    guard isChanged else { return current }
    do throws(TLSError) {
      let fresh = try TLSCertificateSet(standard: standard, named: named)
      state.withLock { $0.certificates = fresh }
      log("TLS certificates loaded anew from \(standard.certificateFile)")
      return fresh
    } catch {
      log("TLS certificates have changed but do not load, the old ones stay in use: \(error)")
      return current
    }
  }

  private static func stamps(
    _ standard: TLSCertificateFiles, _ named: [String: TLSCertificateFiles]
  ) -> [TLSCertificateFiles.Stamp] {
    let files = [standard] + named.sorted { $0.key < $1.key }.map(\.value)
    return files.map { TLSCertificateFiles.Stamp($0) }
  }
}
