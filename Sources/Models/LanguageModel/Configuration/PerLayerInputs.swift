/// What each token brings to each layer beside the state that all layers work on.
///
/// A vector of a table, looked up for the token, and one made of its embedding; what a layer adds of their sum hangs on the
/// state behind its feed-forward part.
package struct PerLayerInputs: Sendable, Equatable {
  /// The elements of a layer's vector.
  package var width: Int
  /// The tokens that the table has.
  package var rows: Int

  /// Joins the sizes.
  package init(width: Int, rows: Int) {
    self.width = width
    self.rows = rows
  }

  /// Refuses numbers that no model has, before anything is allocated by them.
  ///
  /// - Parameters:
  ///   - configuration: The model's.
  ///   - limit: The largest value of any size.
  /// - Throws: ``LanguageModelError/configuration(_:)``.
  func validate(_ configuration: ModelConfiguration, limit: Int) throws(LanguageModelError) {
    guard (1...limit).contains(width), width <= limit / configuration.layerCount else {
      throw .configuration("the size of inputs by layer is \(width), not from 1 to what \(limit) allows")
    }
    guard (configuration.vocabularySize...limit).contains(rows) else {
      throw .configuration(
        "\(rows) tokens have inputs by layer, there are \(configuration.vocabularySize) tokens")
    }
    guard configuration.isGated else { throw .unsupported("inputs by layer without a gate") }
  }
}
