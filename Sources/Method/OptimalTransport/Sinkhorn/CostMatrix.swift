internal import CMCKernels
internal import CMCLinearAlgebra
internal import CMCPrimitives

/// The costs between the points of two clouds: stored where there is room, else computed anew for each use.
///
/// Rows are computed in blocks of a size that depends on the sizes alone, so that stored and recomputed costs are equal
/// to the bit, and so do results not depend on threads or memory.
final class CostMatrix: @unchecked Sendable {  // Filled before it is shared, read only then.
  let rows: Int
  let columns: Int
  /// How many rows are computed at once.
  let blockRows: Int
  private let x: [Double]
  private let y: [Double]
  private let dimension: Int
  private let xHalves: [Double]
  private let yHalves: [Double]
  private let cost: TransportProblem.Cost
  /// What squared distances are taken as at least where their root is the cost.
  private let floor: Double
  private let isa: KernelISA
  private var stored: UnsafeMutablePointer<Double>?

  init(
    _ x: [Double], _ y: [Double], dimension: Int, rows: Int, columns: Int, cost: TransportProblem.Cost,
    floor: Double, isa: KernelISA
  ) {
    self.x = x
    self.y = y
    self.dimension = dimension
    self.rows = rows
    self.columns = columns
    self.cost = cost
    self.floor = floor
    self.isa = isa
    xHalves = Self.halves(x, rows, dimension)
    yHalves = Self.halves(y, columns, dimension)
    blockRows = Self.blockRows(columns: columns)
  }

  deinit { stored?.deallocate() }

  /// Blocks of about two megabytes, of eight rows at least: products of fewer are slow.
  static func blockRows(columns: Int) -> Int { max(8, min(256, (1 << 18) / max(columns, 1))) }

  /// The memory that storing takes, in bytes.
  var bytes: Int { rows * columns * MemoryLayout<Double>.stride }
  /// How many blocks there are.
  var blocks: Int { (rows + blockRows - 1) / blockRows }
  /// The memory that ``withBlock(_:scratch:_:)`` needs where costs are not stored, in numbers.
  var scratchCount: Int { blockRows * columns }

  /// The rows of a block.
  func range(_ block: Int) -> Range<Int> { block * blockRows..<min(rows, (block + 1) * blockRows) }

  /// Computes all costs and keeps them.
  func store(threads: Int) {
    guard stored == nil else { return }
    let memory = UnsafeMutablePointer<Double>.allocate(capacity: rows * columns)
    nonisolated(unsafe) let out = memory  // disjoint writes: each block of rows once
    parallelFor(blocks, chunk: 1, threads: threads) { _, range in
      for block in range {
        self.compute(self.range(block), into: out + block * self.blockRows * self.columns)
      }
    }
    stored = memory
  }

  /// Runs a body over the costs of a block, row after row.
  func withBlock(
    _ block: Int, scratch: UnsafeMutablePointer<Double>?, _ body: (UnsafePointer<Double>) -> Void
  ) {
    if let stored { return body(stored + block * blockRows * columns) }
    guard let scratch else { preconditionFailure("costs that are not stored need scratch memory") }
    compute(range(block), into: scratch)
    body(scratch)
  }

  private func compute(_ range: Range<Int>, into out: UnsafeMutablePointer<Double>) {
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        // An array may be without memory where points have no coordinates.
        let empty = UnsafePointer(out)
        DenseProduct.multiplyTransposed(
          x.baseAddress.map { $0 + range.lowerBound * dimension } ?? empty, y.baseAddress ?? empty,
          rows: range.count, columns: columns, inner: dimension, into: out)
        xHalves.withUnsafeBufferPointer { halves in
          guard let own = halves.baseAddress else { return }
          ck_transport_costs(
            out, range.count, columns, columns, own + range.lowerBound, yHalves,
            cost == .distance ? 1 : 0, floor, ck_isa(isa.code))
        }
        if cost == .distance, floor == 0 { refine(range, x, y, out) }
      }
    }
  }

  /// Computes the distances of near points anew by their coordinates: the root of a small difference of large numbers
  /// has lost half its digits.
  private func refine(
    _ range: Range<Int>, _ x: UnsafeBufferPointer<Double>, _ y: UnsafeBufferPointer<Double>,
    _ out: UnsafeMutablePointer<Double>
  ) {
    for i in range {
      let row = out + (i - range.lowerBound) * columns
      for j in 0..<columns where row[j] * row[j] < 1e-6 * (xHalves[i] + yHalves[j]) {
        var sum = 0.0
        for k in 0..<dimension {
          let difference = x[i * dimension + k] - y[j * dimension + k]
          sum += difference * difference
        }
        row[j] = sum.squareRoot()
      }
    }
  }

  private static func halves(_ points: [Double], _ count: Int, _ dimension: Int) -> [Double] {
    points.withUnsafeBufferPointer { points in
      (0..<count).map { point in
        var sum = 0.0
        for k in 0..<dimension { sum += points[point * dimension + k] * points[point * dimension + k] }
        return sum / 2
      }
    }
  }
}
