import CMCLinearAlgebra
import Testing

@Suite struct WeightMatrixTests {
  private final class Owner: Sendable {}

  @Test func shapesAndSizesAreChecked() {
    let bytes = [UInt8](repeating: 0, count: 40)
    bytes.withUnsafeBytes { bytes in
      #expect(throws: LinearAlgebraError.partialBlock(type: .q4_1, columns: 33)) {
        try WeightMatrix(type: .q4_1, rows: 2, columns: 33, bytes: bytes, owner: Owner())
      }
      #expect(throws: LinearAlgebraError.wrongSize(type: .q4_1, rows: 3, columns: 32, bytes: 40, wanted: 60))
      {
        try WeightMatrix(type: .q4_1, rows: 3, columns: 32, bytes: bytes, owner: Owner())
      }
      #expect(throws: LinearAlgebraError.badShape(rows: 0, columns: 32)) {
        try WeightMatrix(type: .q4_1, rows: 0, columns: 32, bytes: bytes, owner: Owner())
      }
      #expect(throws: LinearAlgebraError.badShape(rows: .max, columns: .max)) {
        try WeightMatrix(type: .f32, rows: .max, columns: .max, bytes: bytes, owner: Owner())
      }
      #expect(throws: Never.self) {
        try WeightMatrix(type: .q4_1, rows: 2, columns: 32, bytes: bytes, owner: Owner())
      }
    }
  }
}
