import CMCPrimitives
import TestSupport
import Testing

@testable import CrossModelControl

/// What tells files apart, and how a difference is named.
@Suite struct FileIdentityTests {
  /// A file above the limit: a change in any sample is seen, wherever the time stands.
  @Test func samplesOfALargeFileSeeTrainedWeights() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("w")
    let size = FileIdentity.headerSize + 64 * FileIdentity.sampleSize + 12_345
    var bytes = [UInt8](repeating: 7, count: size)
    try AtomicFile.write(bytes, to: path)
    let first = try FileIdentity(path, contentLimit: 1)
    #expect(first.kind == .samples && first.size == size && first.modified != nil)
    for place in [0, FileIdentity.headerSize + 5_000, size / 4 * 3, size - 1] {
      bytes[place] = 8
      try AtomicFile.write(bytes, to: path)
      #expect(try FileIdentity(path, contentLimit: 1).sha256 != first.sha256, "byte \(place)")
      bytes[place] = 7
    }
    try AtomicFile.write(bytes, to: path)
    #expect(try FileIdentity(path, contentLimit: 1).sha256 == first.sha256)
    #expect(try FileIdentity(path).kind == .content)
  }

  struct Sample: RunSettings {
    static let kind = "sample"
    var seed: UInt64 = 0
    var files: [Named] = []
  }

  struct Named: Codable, Equatable, Sendable {
    var name: String
    var sha256: String
  }

  @Test func seedsOf64BitsAreThemselves() throws {
    let difference = try Sample(seed: .max - 1).difference(from: Sample(seed: .max))
    #expect(difference?.field == "seed")
    #expect(difference?.before == "18446744073709551615" && difference?.now == "18446744073709551614")
  }

  @Test func filesAreComparedByTheirNames() throws {
    let (a, b) = (Named(name: "a", sha256: "1"), Named(name: "b", sha256: "2"))
    let came = try Sample(files: [a, b]).difference(from: Sample(files: [b]))
    #expect(came?.field == "files[a]" && came?.before == nil && came?.now == "a file")
    let changed = try Sample(files: [a, Named(name: "b", sha256: "3")]).difference(
      from: Sample(files: [a, b]))
    #expect(changed?.field == "files[b].sha256")
  }
}
