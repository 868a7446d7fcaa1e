import CMCPrimitives
import TestSupport
import Testing

@Suite struct AtomicFileStreamTests {
  private func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) } }

  /// Pieces below, at and above the size of the buffer come out in their order.
  @Test func piecesAreJoinedInOrder() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("file")
    let stream = try AtomicFileStream(path: path)
    var expected: [UInt8] = []
    for size in [0, 1, 1000, 1 << 18, 3, (1 << 18) + 1, 200_000, 200_000, 7] {
      let piece = bytes(size)
      try piece.withUnsafeBytes { try stream.write($0) }
      expected += piece
    }
    #expect(throws: FileError.self) { _ = try readFile(path) }
    try stream.commit()
    #expect(try readFile(path) == expected)
    #expect(try namesIn(folder) == ["file"])
  }

  @Test func withoutCommitNothingIsLeft() throws {
    let folder = try TemporaryFolder()
    do {
      let stream = try AtomicFileStream(path: folder.path("file"))
      try bytes(1 << 20).withUnsafeBytes { try stream.write($0) }
    }
    #expect(try namesIn(folder) == [])
  }
}
