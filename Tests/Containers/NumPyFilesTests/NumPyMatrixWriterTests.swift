import CMCNumPyFiles
import CMCPrimitives
import TestSupport
import Testing

@Suite struct NumPyMatrixWriterTests {
  @Test func rowsWrittenOneByOneAreTheMatrix() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("matrix.npy")
    let writer = try NumPyMatrixWriter(path: path, rows: 3, columns: 100_000)
    var expected: [Double] = []
    for row in 0..<3 {
      let values = (0..<100_000).map { Float($0 * 3 + row) / 7 }
      try values.withUnsafeBufferPointer { try writer.append($0) }
      expected += values.map(Double.init)
    }
    #expect(throws: FileError.self) { _ = try readFile(path) }
    try writer.finish()
    let array = try NumPyArray(parsing: try readFile(path))
    #expect(array.shape == [3, 100_000])
    #expect(array.elementType == .float32)
    #expect(try array.doubles() == expected)
  }

  @Test func rowsThatDoNotFitAreErrorsAndLeaveNothing() throws {
    let folder = try TemporaryFolder()
    try folder.write("matrix.npy", "before")
    do {
      let writer = try NumPyMatrixWriter(path: folder.path("matrix.npy"), rows: 1, columns: 2)
      #expect(throws: NumPyError.self) { try [1].withUnsafeBufferPointer { try writer.append($0) } }
      #expect(throws: NumPyError.self) { try writer.finish() }
      try [1, 2].withUnsafeBufferPointer { try writer.append($0) }
      #expect(throws: NumPyError.self) { try [1, 2].withUnsafeBufferPointer { try writer.append($0) } }
    }
    #expect(try readFile(folder.path("matrix.npy")) == Array("before".utf8))
    #expect(try namesIn(folder) == ["matrix.npy"])
  }

  @Test func aFolderThatIsNotThereIsAnError() {
    #expect(throws: FileError.self) { _ = try NumPyMatrixWriter(path: "/no/such/a.npy", rows: 1, columns: 1) }
  }
}
