import Ring

/// Writes groups of packed blobs: laid out back to back in a buffer, one write for each buffer, one sync for each
/// segment, nearly always one of each.
extension RingVolume {
  /// Blobs that are written with one write.
  private struct Group {
    let members: Range<Int>
    let reservation: Reservation
    let buffer: Buffer
    let write: PendingOperation
    let locations: [ExtentLocation]
  }

  /// Makes `blobs` durable: for each its location or why not. Releases their buffers.
  func writePacked(_ blobs: [PackedBlob]) async -> [Result<ExtentLocation, VolumeError>] {
    var results: [Result<ExtentLocation, VolumeError>] = []
    results.reserveCapacity(blobs.count)
    var groups: [Group] = []
    var start = 0
    while start < blobs.count {
      let members = Self.groupMembers(blobs, from: start)
      do throws(VolumeError) {
        let group = try await startGroup(blobs, members)
        results.append(contentsOf: group.locations.map { .success($0) })
        groups.append(group)
      } catch {
        for index in members {
          blobs[index].buffer.release()
          results.append(.failure(error))
        }
      }
      start = members.upperBound
    }
    await complete(groups, &results)
    return results
  }

  /// The run of blobs from `start` on that fit one buffer: always at least one.
  private static func groupMembers(_ blobs: [PackedBlob], from start: Int) -> Range<Int> {
    var size = blobs[start].footprint
    var end = start + 1
    while end < blobs.count, size + blobs[end].footprint <= BufferSize.data.byteCount {
      size += blobs[end].footprint
      end += 1
    }
    return start..<end
  }

  private func startGroup(_ blobs: [PackedBlob], _ members: Range<Int>) async throws(VolumeError) -> Group {
    let size = members.reduce(0) { $0 + blobs[$1].footprint }
    let padded = Int(VolumeFormat.roundedUpToPage(UInt64(size)))
    let isMove = members.contains { blobs[$0].purpose == .move }
    let reservation = try await reserve(
      UInt64(padded), atLeast: UInt64(padded), for: isMove ? .move : .store)
    let small = padded <= BufferSize.receive.byteCount
    let buffer = ring.buffers.take(small ? .receive : .data)
    var locations: [ExtentLocation] = []
    locations.reserveCapacity(members.count)
    var position = 0
    for index in members {
      let location = ExtentLocation(
        volume: volume.identity.number, segment: reservation.segment.number,
        offset: reservation.range.lowerBound + UInt64(position), length: UInt64(blobs[index].payload.count),
        headerLength: UInt16(blobs[index].description.headerLength))
      let end = position + blobs[index].footprint
      // SAFETY: the buffer is ours until the write has ended; the part checks its range.
      unsafe layOut(blobs[index], at: location, into: buffer.memory.mutablePart(position..<end))
      blobs[index].buffer.release()
      locations.append(location)
      position = end
    }
    unsafe buffer.memory.zero(position..<padded)
    let write = unsafe reservation.segment.file.startWrite(
      buffer.memory.part(0..<padded), at: reservation.range.lowerBound)
    counters.packedGroups.count()
    counters.packedBlobs.count(members.count)
    counters.diskBytesWritten.count(padded)
    return Group(
      members: members, reservation: reservation, buffer: buffer, write: write, locations: locations)
  }

  /// Writes header, payload and trailer of one blob.
  private func layOut(
    _ blob: PackedBlob, at location: ExtentLocation, into target: UnsafeMutableRawBufferPointer
  ) {
    let header = ExtentHeader(
      flags: .last, headerLength: Int(location.headerLength), segment: location.segment, index: 0,
      offset: location.offset, length: location.length, blobOffset: 0, volumeID: volume.identity.id,
      description: blob.description)
    let payload = header.headerLength
    let trailer = payload + blob.payload.count
    // SAFETY: source and target are two live buffers; `part` and the encoders check their ranges.
    unsafe header.encode(into: target)
    unsafe target.mutablePart(payload..<trailer).copyMemory(from: blob.buffer.memory.part(blob.payload))
    unsafe ExtentTrailer.encode(
      location, blob: blob.description.blob, blocks: blob.blocks,
      into: target.mutablePart(trailer..<target.count))
  }

  /// Waits for the writes, then for a sync of each segment, and turns the results of what failed.
  private func complete(_ groups: [Group], _ results: inout [Result<ExtentLocation, VolumeError>]) async {
    var written: [Group] = []
    for group in groups {
      let segment = group.reservation.segment
      do throws(IOError) {
        _ = try await group.write.result()
        written.append(group)
      } catch {
        let failure = VolumeError(
          error, "writing a group", volume: volume.identity.number, segment: segment.number,
          offset: group.reservation.range.lowerBound)
        segment.fail(failure)
        for index in group.members { results[index] = .failure(failure) }
      }
      group.buffer.release()
    }
    CrashPoint.blobWritten.reach()
    var start = 0
    while start < written.count {
      let segment = written[start].reservation.segment
      let end = written[start...].firstIndex { $0.reservation.segment !== segment } ?? written.count
      let blobs = written[start..<end].reduce(0) { $0 + $1.members.count }
      do throws(VolumeError) {
        try await segment.sync.wait(blobs: blobs)
      } catch {
        segment.fail(error)
        for group in written[start..<end] {
          for index in group.members { results[index] = .failure(error) }
        }
      }
      start = end
    }
    for group in groups {
      // While the reservation is held: a segment without any is empty as soon as nothing in it is live.
      for index in group.members {
        if case .success(let location) = results[index] { volume.ledger.addLive([location]) }
      }
      group.reservation.segment.end(group.reservation, writtenTo: group.reservation.range.upperBound)
    }
  }
}
