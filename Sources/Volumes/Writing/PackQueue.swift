import Ring

/// A small blob, complete in one buffer, that waits to be written with others.
struct PackedBlob {
  let description: ExtentDescription
  let purpose: WritePurpose
  /// Holds the payload; released when it has been copied to its group.
  let buffer: Buffer
  /// Where in the buffer the payload is.
  let payload: Range<Int>
  /// The CRCs of the payload's blocks.
  let blocks: [UInt32]

  /// Bytes on disk: header, payload and trailer.
  var footprint: Int {
    description.headerLength + payload.count + VolumeFormat.trailerLength(blocks: blocks.count)
  }
}

/// The blobs of one ring that wait to be packed. Ring-confined.
///
/// One of them leads at a time: it writes all that wait as one group (one write, one sync) and takes the result
/// to each. Whoever comes meanwhile waits for the next round, which the first of them leads.
final class PackQueue {
  enum Outcome: Sendable {
    case done(Result<ExtentLocation, VolumeError>)
    case lead
  }

  // @safe: the continuation is resumed exactly once, by the leader that takes the waiter from `waiting`.
  @safe private struct Waiter {
    let blob: PackedBlob
    let continuation: UnsafeContinuation<Outcome, Never>
  }

  private var waiting: [Waiter] = []
  private var isLed = false

  /// Makes `blob` durable with the others that wait. `write` does a round: it answers for each blob in order.
  func add(
    _ blob: PackedBlob, write: ([PackedBlob]) async -> [Result<ExtentLocation, VolumeError>]
  ) async -> Result<ExtentLocation, VolumeError> {
    if isLed {
      // SAFETY: the continuation is stored in `waiting`, whose members are each resumed exactly once.
      let outcome = await unsafe withUnsafeContinuation { continuation in
        unsafe waiting.append(Waiter(blob: blob, continuation: continuation))
      }
      if case .done(let result) = outcome { return result }
    }
    isLed = true
    // Requests whose last bytes came with the same turn of the loop join this round.
    await Ring.current.yieldTurn()
    let riders = takeRound(behind: blob)
    let results = await write([blob] + riders.map(\.blob))
    for (index, rider) in riders.enumerated() {
      unsafe rider.continuation.resume(returning: .done(results[index + 1]))
    }
    if waiting.isEmpty {
      isLed = false
    } else {
      // SAFETY: removed from `waiting` before it is resumed.
      unsafe waiting.removeFirst().continuation.resume(returning: .lead)
    }
    return results[0]
  }

  /// The blobs of the next round: as many as the group buffers of a round hold.
  private func takeRound(behind leader: PackedBlob) -> [Waiter] {
    var left = VolumeLimits.packBuffersMax * BufferSize.data.byteCount / 2 - leader.footprint
    var count = 0
    while count < waiting.count, waiting[count].blob.footprint <= left {
      left -= waiting[count].blob.footprint
      count += 1
    }
    let round = Array(waiting[..<count])
    waiting.removeFirst(count)
    return round
  }
}
