import CMCPrimitives
import Testing

@Suite struct ByteTableTests {
  @Test func rowsAreWhatWasAppended() {
    var table = ByteTable([[1, 2], [], [3]])
    #expect(
      table.appendRow {
        $0 += [4, 5]; return $0.count
      } == 5)
    #expect(table.count == 4)
    #expect((0..<4).map { Array(table[$0]) } == [[1, 2], [], [3], [4, 5]])
    #expect((0..<4).map { table.length($0) } == [2, 0, 1, 2])
    table.withUnsafeRows { rows in
      #expect((0..<rows.count).map { Array(rows[$0]) } == [[1, 2], [], [3], [4, 5]])
    }
  }
}
