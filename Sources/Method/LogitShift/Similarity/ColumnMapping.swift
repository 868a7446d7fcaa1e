package import CMCAlignment

/// Which columns of the second vocabulary stand for a column of the first.
package struct ColumnMapping: Sendable {
  /// The targets of one column.
  struct Targets {
    var ids: [Int32]
    var weights: [Float]
    var isMean: Bool

    static let none = Targets(ids: [], weights: [], isMean: false)
  }

  private let map: TokenMap?
  private let width: Int

  /// One vocabulary: every column is itself, but for columns that the second model does not have.
  package init(identity secondWidth: Int) {
    map = nil
    width = secondWidth
  }

  /// Two vocabularies; a target beyond the second width counts as none.
  package init(_ map: TokenMap, secondWidth: Int) {
    self.map = map
    width = secondWidth
  }

  /// Whether columns go through a map.
  var isMapped: Bool { map != nil }

  func targets(of column: Int32) -> Targets {
    // Widths can differ within one vocabulary: padding rows, or tokens added by tuning.
    guard let map else {
      return Int(column) < width ? Targets(ids: [column], weights: [1], isMean: false) : .none
    }
    guard Int(column) < map.count, map.ids[Int(column)] >= 0 else { return .none }
    if let sequence = map.sequences[column], sequence.ids.count > 1 {
      // Half a sequence stands for nothing.
      guard sequence.ids.allSatisfy({ $0 >= 0 && Int($0) < width }) else { return .none }
      return Targets(ids: sequence.ids, weights: sequence.weights, isMean: sequence.combination == .mean)
    }
    let id = map.ids[Int(column)]
    return Int(id) < width ? Targets(ids: [id], weights: [1], isMean: false) : .none
  }

  /// The columns of the second model that columns of the first need.
  package func needed(for columns: [Int32]) -> [Int32] { columns.flatMap { targets(of: $0).ids } }

  /// The mapping with target ids permuted among entries of equal method; what is unmatched stays so.
  ///
  /// - Complexity: O(entries).
  package func shuffled(seed: UInt64) -> ColumnMapping {
    map.map { ColumnMapping($0.shuffled(seed: seed), secondWidth: width) } ?? self
  }

  /// The mapping with target ids permuted within strata of probability too.
  ///
  /// - Complexity: O(entries · log(entries)).
  package func shuffled(seed: UInt64, strata: BaseStrata) -> ColumnMapping {
    map.map { ColumnMapping($0.shuffled(seed: seed, strata: strata.strata), secondWidth: width) } ?? self
  }
}
