/// Attention whose keys and values are made of one short vector of a position, and of a turned part that heads share.
package struct LatentAttention: Sendable, Equatable {
  /// The elements of the vector that queries are made of; nil where they are made of the state itself.
  package var queryRank: Int?
  /// The elements of the vector that keys and values are made of.
  package var rank: Int
  /// The elements of a head that are turned, which come first here and last in the files.
  package var turned: Int
  /// The elements of a head that are not.
  package var plain: Int
  /// The elements of a head's values.
  package var valueSize: Int
  /// What keeps the short vectors in range: the classes' own number, whatever a `config.json` says of other norms.
  package var epsilon: Float = 1e-6

  /// Joins the sizes.
  package init(queryRank: Int?, rank: Int, turned: Int, plain: Int, valueSize: Int) {
    self.queryRank = queryRank
    self.rank = rank
    self.turned = turned
    self.plain = plain
    self.valueSize = valueSize
  }

  /// Refuses numbers that no model has, before anything is allocated by them.
  ///
  /// - Parameter limit: The largest value of any size.
  /// - Throws: ``LanguageModelError/configuration(_:)``.
  func validate(limit: Int) throws(LanguageModelError) {
    for size in [queryRank ?? 1, rank, turned, plain, valueSize] where size < 1 || size > limit {
      throw .configuration("a size of the latent attention is \(size), not from 1 to \(limit)")
    }
    guard epsilon.isFinite, epsilon >= 0 else {
      throw .configuration("the epsilon of the norms is \(epsilon)")
    }
    guard valueSize <= turned + plain else {
      throw .unsupported("latent attention with values longer (\(valueSize)) than keys (\(turned + plain))")
    }
  }
}
