package import CMCAlignment

/// A token map made ready for adding a delta model's logits to a user model's.
///
/// The delta logits are followed by a few further places: one for user tokens without a target, and one for each user
/// token with several. Then every user column reads exactly one place.
package struct MappedColumns: Sendable {
  /// How many logits the user model gives.
  package let userWidth: Int
  /// How many logits the delta model gives.
  package let deltaWidth: Int
  /// For each user column the place it reads.
  let places: [Int32]
  /// The entries with several targets, in the order of their places.
  let sequences: [TargetSequence]
  /// For each place how many user columns read it, the unmatched place's count left out.
  let uses: [Int32]
  /// How many user columns have a target.
  let matched: Int

  /// Prepares a map.
  ///
  /// Columns of the user model beyond the map's rows, which are padding, have no target.
  ///
  /// - Throws: ``ControlError/mapBeyondDelta(id:width:)``, ``ControlError/mapBeyondUser(rows:width:)``.
  package init(_ map: TokenMap, userWidth: Int, deltaWidth: Int) throws(ControlError) {
    if let row = map.ids.indices.last(where: { map.ids[$0] >= 0 }), row >= userWidth {
      throw .mapBeyondUser(rows: row + 1, width: userWidth)
    }
    let unmatched = Int32(deltaWidth)
    var places = [Int32](repeating: unmatched, count: userWidth)
    var sequences: [TargetSequence] = []
    for row in 0..<min(map.count, userWidth) where map.ids[row] >= 0 {
      let sequence = map.sequences[Int32(row)]
      for id in sequence?.ids ?? [map.ids[row]] where Int(id) >= deltaWidth || id < 0 {
        throw .mapBeyondDelta(id: id, width: deltaWidth)
      }
      if let sequence, sequence.ids.count > 1 {
        places[row] = unmatched + 1 + Int32(sequences.count)
        sequences.append(sequence)
      } else {
        places[row] = map.ids[row]
      }
    }
    var uses = [Int32](repeating: 0, count: deltaWidth + 1 + sequences.count)
    for place in places where place != unmatched { uses[Int(place)] += 1 }
    self.userWidth = userWidth
    self.deltaWidth = deltaWidth
    self.places = places
    self.sequences = sequences
    self.uses = uses
    matched = places.count { $0 != unmatched }
  }

  /// The columns of two models that share a vocabulary.
  ///
  /// - Throws: ``ControlError/widthsDiffer(user:delta:)``.
  package init(identity userWidth: Int, deltaWidth: Int) throws(ControlError) {
    // Widths differ by padding at the most, which has no tokens.
    guard abs(userWidth - deltaWidth) < 1024 else { throw .widthsDiffer(user: userWidth, delta: deltaWidth) }
    let unmatched = Int32(deltaWidth)
    self.userWidth = userWidth
    self.deltaWidth = deltaWidth
    places = (0..<Int32(userWidth)).map { $0 < deltaWidth ? $0 : unmatched }
    sequences = []
    uses = (0...deltaWidth).map { $0 < userWidth && $0 < deltaWidth ? 1 : 0 }
    matched = min(userWidth, deltaWidth)
  }

  /// How many places the delta logits need, those behind them included.
  var placeCount: Int { deltaWidth + 1 + sequences.count }

  /// Fills the places behind the delta logits.
  ///
  /// - Parameters:
  ///   - terms: ``placeCount`` values, the first ``deltaWidth`` of them set.
  ///   - policy: What unmatched columns read.
  func fill(_ terms: UnsafeMutableBufferPointer<Float>, policy: UnmatchedPolicy) {
    for (index, sequence) in sequences.enumerated() {
      var value: Float
      switch sequence.combination {
      case .max: value = sequence.ids.reduce(-.infinity) { Swift.max($0, terms[Int($1)]) }
      case .mean:
        value = 0
        for (id, weight) in zip(sequence.ids, sequence.weights) { value += weight * terms[Int(id)] }
      }
      terms[deltaWidth + 1 + index] = value
    }
    terms[deltaWidth] = unmatchedTerm(UnsafeBufferPointer(terms), policy)
  }

  private func unmatchedTerm(_ terms: UnsafeBufferPointer<Float>, _ policy: UnmatchedPolicy) -> Float {
    switch policy {
    case .zero, .mask: return 0
    case .mean:
      guard matched > 0 else { return 0 }
      var sum = 0.0
      uses.withUnsafeBufferPointer { uses in
        for place in 0..<uses.count where uses[place] > 0 {
          sum += Double(uses[place]) * Double(terms[place])
        }
      }
      return Float(sum / Double(matched))
    case .min:
      var least = Float.infinity
      uses.withUnsafeBufferPointer { uses in
        for place in 0..<uses.count where uses[place] > 0 { least = Swift.min(least, terms[place]) }
      }
      return least.isFinite ? least : 0
    }
  }

  /// Whether a user column has no target.
  func isUnmatched(_ column: Int) -> Bool { places[column] == Int32(deltaWidth) }
}
