import Metadata
import Testing
import Volumes

@testable import Server

@Suite struct ReadinessTests {
  private func answer(
    _ change: (inout MetadataStatistics, inout VolumeStatistics) -> Void
  ) -> Readiness.Answer {
    var metadata = MetadataStatistics()
    var volumes = VolumeStatistics()
    change(&metadata, &volumes)
    return Readiness().answer(metadata, volumes)
  }

  @Test func whatIsWrongIsSaid() {
    #expect(answer { _, _ in } == Readiness.Answer(isReady: true, text: "ready"))
    let stopped = answer { metadata, _ in metadata.isStopped = true }
    #expect(!stopped.isReady && stopped.text.contains("metadata stopped"))
    let readOnly = answer { _, volumes in volumes.readOnlyReason = "readOnly: it broke" }
    #expect(!readOnly.isReady && readOnly.text.contains("it broke"))
    let both = answer { metadata, volumes in
      metadata.isStopped = true
      volumes.readOnlyReason = "it broke"
    }
    #expect(both.text.contains("it broke") && both.text.contains("metadata stopped"))
  }

  /// A full disk passes, and reads need the server: it stays in service.
  @Test func aFullDiskIsAWarning() {
    let full = answer { metadata, _ in metadata.keepRefusal = "1 MiB free" }
    #expect(full.isReady && full.text.contains("1 MiB free") && full.text.contains("deletes go on"))
    let fuller = answer { metadata, _ in
      metadata.keepRefusal = "1 MiB free"
      metadata.freeRefusal = "1 MiB free"
    }
    #expect(fuller.isReady && !fuller.text.contains("deletes"))
  }

  @Test func theReservesMustFit() {
    var configuration = Configuration()
    #expect(throws: Never.self) { try configuration.check() }
    configuration.disk.deleteReserve = configuration.disk.reserve + 1
    let error = #expect(throws: ConfigurationError.self) { try configuration.check() }
    #expect(error?.message.contains("disk.delete_reserve") == true)
  }
}
