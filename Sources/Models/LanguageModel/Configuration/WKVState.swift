package import CMCLinearAlgebra

/// RWKV-7's state: a matrix for each head, which every position lets go of, corrects and adds to.
///
/// Source: Peng et al., *RWKV-7 "Goose" with Expressive Dynamic State Evolution* (2025).
package struct WKVState: Sendable, Equatable {
  /// The numbers between the two products that make something of an input.
  package struct Ranks: Sendable, Equatable {
    /// Of decays.
    package var decay: Int
    /// Of rates: how much of what a key finds is taken away.
    package var rate: Int
    /// Of shares of the first layer's values.
    package var share: Int
    /// Of gates.
    package var gate: Int

    /// The largest.
    var most: Int { max(decay, rate, share, gate) }
  }

  /// The elements of all heads: the hidden size.
  package var width: Int
  /// The elements of a head.
  package var headSize: Int
  /// The ranks.
  package var ranks: Ranks
  /// How what is taken away is brought to length 1.
  package var removalNorm = WKVOperands.RemovalNorm.bounded
  /// ε of the norm of each head behind the state.
  package var outputEpsilon: Float

  /// The heads.
  package var headCount: Int { width / headSize }

  /// What a layer keeps of a history: the last inputs of the mixer and of the feed-forward part, and between them the
  /// state, as many numbers whatever its length.
  package var keptSize: Int { width * (2 + headSize) }

  /// Refuses numbers that no model has, before anything is allocated by them.
  ///
  /// - Parameter limit: The largest value of any size.
  /// - Throws: ``LanguageModelError/configuration(_:)``.
  func validate(limit: Int) throws(LanguageModelError) {
    guard (1...limit).contains(width), (1...4096).contains(headSize), width % headSize == 0 else {
      throw .configuration("\(width) elements do not divide into heads of \(headSize)")
    }
    for (name, rank) in [
      ("decays", ranks.decay), ("rates", ranks.rate), ("shares", ranks.share), ("gates", ranks.gate),
    ] where rank < 1 || rank > limit {
      throw .configuration("the rank of \(name) is \(rank), not from 1 to \(limit)")
    }
    guard outputEpsilon.isFinite, outputEpsilon >= 0 else {
      throw .configuration("the epsilon of the norm of heads is \(outputEpsilon)")
    }
  }
}
