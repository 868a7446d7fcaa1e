/// Solves assignments: which row goes to which column, each once, so that the sum of costs is least.
///
/// Shortest augmenting paths over dense costs, with potentials that start from the least cost of each column and a greedy
/// assignment of what is free then. Source: Jonker and Volgenant, "A shortest augmenting path algorithm for dense and
/// sparse linear assignment problems" (1987).
struct AssignmentSolver {
  /// The column of each row.
  private(set) var columnOfRow: [Int]
  private var rowOfColumn: [Int]
  private var rowPotential: [Double]
  private var columnPotential: [Double]
  private let size: Int

  /// Solves for `size` × `size` costs, row after row.
  ///
  /// - Complexity: O(size³) at worst; memory O(size) beside the costs.
  init(_ costs: UnsafeBufferPointer<Double>, size: Int) {
    self.size = size
    columnOfRow = [Int](repeating: -1, count: size)
    rowOfColumn = columnOfRow
    rowPotential = [Double](repeating: 0, count: size)
    columnPotential = rowPotential
    reduce(costs)
    augmentAll(costs)
  }

  /// Takes the least cost of each column as its potential, then of each row what is left, and assigns where it is free.
  private mutating func reduce(_ costs: UnsafeBufferPointer<Double>) {
    for column in 0..<size { columnPotential[column] = costs[column] }
    for row in 1..<max(size, 1) {
      for column in 0..<size {
        columnPotential[column] = min(columnPotential[column], costs[row * size + column])
      }
    }
    for row in 0..<size {
      var least = Double.infinity
      var place = -1
      for column in 0..<size {
        let left = costs[row * size + column] - columnPotential[column]
        // Of equal ones a free column is better.
        if left < least || (left == least && place >= 0 && rowOfColumn[place] >= 0 && rowOfColumn[column] < 0)
        {
          least = left
          place = column
        }
      }
      rowPotential[row] = least
      if place >= 0, rowOfColumn[place] < 0 {
        rowOfColumn[place] = row
        columnOfRow[row] = place
      }
    }
  }

  private mutating func augmentAll(_ costs: UnsafeBufferPointer<Double>) {
    var distance = [Double](repeating: 0, count: size)
    var previous = [Int](repeating: -1, count: size)
    // Columns in the order: settled, then those still to settle.
    var order = Array(0..<size)
    for row in 0..<size where columnOfRow[row] < 0 {
      distance.withUnsafeMutableBufferPointer { distance in
        previous.withUnsafeMutableBufferPointer { previous in
          order.withUnsafeMutableBufferPointer { order in
            augment(from: row, costs, distance, previous, order)
          }
        }
      }
    }
  }

  /// Finds the shortest way from a free row to a free column, and turns the assignments on it.
  private mutating func augment(
    from start: Int, _ costs: UnsafeBufferPointer<Double>, _ distance: UnsafeMutableBufferPointer<Double>,
    _ previous: UnsafeMutableBufferPointer<Int>, _ order: UnsafeMutableBufferPointer<Int>
  ) {
    for column in 0..<size { distance[column] = .infinity }
    var settled = 0
    var row = start
    var length = 0.0
    var sink = -1
    while sink < 0 {
      var least = Double.infinity
      var place = settled
      let offset = length - rowPotential[row]
      columnPotential.withUnsafeBufferPointer { potential in
        rowOfColumn.withUnsafeBufferPointer { rowOf in
          for index in settled..<size {
            let column = order[index]
            let through = offset + costs[row * size + column] - potential[column]
            if through < distance[column] {
              distance[column] = through
              previous[column] = row
            }
            let reached = distance[column]
            if reached < least || (reached == least && rowOf[column] < 0) {
              least = reached
              place = index
            }
          }
        }
      }
      length = least
      let column = order[place]
      order.swapAt(place, settled)
      settled += 1
      if rowOfColumn[column] < 0 { sink = column } else { row = rowOfColumn[column] }
    }
    rowPotential[start] += length
    for index in 0..<settled - 1 {
      let column = order[index]
      let gain = length - distance[column]
      columnPotential[column] -= gain
      rowPotential[rowOfColumn[column]] += gain
    }
    var column = sink
    while true {
      let row = previous[column]
      rowOfColumn[column] = row
      let next = columnOfRow[row]
      columnOfRow[row] = column
      if row == start { return }
      column = next
    }
  }
}
