import Testing

@testable import Volumes

struct ExtentSizeTests {
  /// What is said to fit a space fits it, and hardly more would.
  @Test(arguments: [96, 130, 1_279, 4_096]) func payloadFitsSpace(headerLength: Int) {
    var generator = SeededGenerator(seed: 1)
    var spaces = (0..<5_000).map { _ in UInt64.random(in: 0...3_000_000, using: &generator) }
    spaces += (0..<400).map { UInt64(headerLength) + 65_536 + 40 + $0 }
    for space in spaces {
      let payload = ExtentInProgress.payload(headerLength: headerLength, space: space)
      guard payload > 0 else { continue }
      #expect(ExtentInProgress.size(headerLength: headerLength, payload: payload) <= space)
      #expect(ExtentInProgress.size(headerLength: headerLength, payload: payload + 5) > space)
    }
  }

  @Test func footprintIsTheSizeOnDisk() {
    for length in [1, 65_535, 65_536, 65_537, 64 << 20] as [UInt64] {
      let location = ExtentLocation(volume: 1, segment: 1, offset: 4_096, length: length, headerLength: 200)
      #expect(location.footprint == ExtentInProgress.size(headerLength: 200, payload: length))
      #expect(location.footprint == 200 + length + UInt64(location.trailerLength))
    }
  }

  @Test func optionsAreKeptWithinLimits() {
    var options = VolumeOptions()
    options.segmentSize = 1
    options.extentSizeMax = 1
    options.packThreshold = 1 << 30
    options.writesInFlightMax = 0
    options.openSegmentsMax = 0
    let low = VolumeLimits.clamped(options)
    #expect(low.segmentSize == 1 << 20)
    #expect(low.extentSizeMax == 512 << 10)
    #expect(low.packThreshold == 128 << 10)
    #expect(low.writesInFlightMax == 1)
    #expect(low.openSegmentsMax == 8)
    options.segmentSize = .max / 2
    options.extentSizeMax = .max
    options.packThreshold = -1
    let high = VolumeLimits.clamped(options)
    #expect(high.segmentSize == 4 << 30)
    #expect(high.extentSizeMax == 1 << 30)
    #expect(high.packThreshold == 0)
    // The smallest segment must hold what a reservation may insist on, and a group or a first buffer that much.
    #expect(VolumeLimits.reservationLeastMax + 4_096 <= VolumeLimits.segmentSizeMin)
    #expect(
      ExtentInProgress.size(headerLength: 4_096, payload: 256 << 10) <= VolumeLimits.reservationLeastMax)
  }
}
