/// The heads of attention in one layer, where layers differ in them; query heads are as many in all.
package struct HeadShape: Sendable, Equatable {
  /// The number of key and value heads.
  package var keyValueHeads: Int
  /// The elements of a head.
  package var size: Int

  /// Joins the sizes.
  package init(keyValueHeads: Int, size: Int) {
    self.keyValueHeads = keyValueHeads
    self.size = size
  }

  /// The elements of all keys, or of all values, of a position.
  package var keyValueWidth: Int { keyValueHeads * size }
}

extension ModelConfiguration {
  /// The heads of a layer's attention.
  package func heads(_ layer: Int) -> HeadShape {
    headShapes.isEmpty ? HeadShape(keyValueHeads: keyValueHeadCount, size: headSize) : headShapes[layer]
  }

  /// The elements of all queries of a position in a layer.
  package func queryWidth(_ layer: Int) -> Int { headCount * heads(layer).size }

  /// The elements of all heads' outputs of a position in a layer.
  func attendedWidth(_ layer: Int) -> Int { latent.map { headCount * $0.valueSize } ?? queryWidth(layer) }

  /// The layer whose keys and values a layer reads: mostly its own.
  package func keyValueSource(_ layer: Int) -> Int {
    keyValueSources.isEmpty ? layer : keyValueSources[layer]
  }

  /// The layer whose keys and values each layer reads, where the last ones read those of the last layer of their kind before.
  ///
  /// - Parameters:
  ///   - windows: The window of each layer, or nil: the two kinds.
  ///   - shared: How many layers have none of their own; 0 gives an empty list.
  /// - Throws: ``LanguageModelError/configuration(_:)`` where there is none to read.
  static func keyValueSources(_ windows: [Int?], shared: Int) throws(LanguageModelError) -> [Int] {
    guard shared != 0, !windows.isEmpty else { return [] }
    guard (0..<windows.count).contains(shared) else {
      throw .configuration("\(shared) of \(windows.count) layers cannot read others' keys and values")
    }
    let first = windows.count - shared
    var sources = Array(windows.indices)
    for layer in first..<windows.count {
      guard let source = (0..<first).last(where: { (windows[$0] == nil) == (windows[layer] == nil) }) else {
        throw .configuration(
          "no layer before the last \(shared) has keys and values for layer \(layer)")
      }
      sources[layer] = source
    }
    return sources
  }

  /// The most elements of all queries of a position.
  var widestQueries: Int { headShapes.reduce(queryWidth) { max($0, headCount * $1.size) } }

  /// The most elements of all keys, or of all values, of a position.
  var widestKeys: Int { headShapes.reduce(keyValueWidth) { max($0, $1.keyValueWidth) } }

  /// The elements of a position's keys, or values, in each layer that keeps them, in the order of the layers.
  var keptWidths: [Int] {
    (0..<layerCount).compactMap { layer in
      mixer(layer) == .attention && keyValueSource(layer) == layer ? heads(layer).keyValueWidth : nil
    }
  }

  /// How positions are turned in a layer; nil where they are not.
  func rotary(_ layer: Int) -> RotaryEmbedding? {
    guard case .rotary(_, let global, let local) = positions, !unturnedLayers.contains(layer) else {
      return nil
    }
    return windows[layer] == nil ? global : local ?? global
  }

  /// The elements inside the feed-forward part of a layer.
  package func feedForwardSize(_ layer: Int) -> Int {
    feedForwardSizes.isEmpty ? feedForwardSize : feedForwardSizes[layer]
  }

  /// Refuses layers whose heads, or whose keys and values, do not fit.
  ///
  /// - Parameter limit: The largest value of any size.
  /// - Throws: ``LanguageModelError/configuration(_:)``.
  func validateHeads(limit: Int) throws(LanguageModelError) {
    for (what, count) in [
      ("the heads", headShapes.count), ("the keys and values", keyValueSources.count),
      ("the feed-forward parts", feedForwardSizes.count),
    ] where count != 0 && count != layerCount {
      throw .configuration("\(what) of \(count) layers are described, there are \(layerCount)")
    }
    for shape in headShapes {
      guard (1...limit).contains(shape.keyValueHeads), (1...4096).contains(shape.size) else {
        throw .configuration("\(shape.keyValueHeads) key/value heads of \(shape.size) elements cannot be")
      }
      guard headCount % shape.keyValueHeads == 0 else {
        throw .configuration(
          "\(headCount) heads are not a multiple of \(shape.keyValueHeads) key/value heads")
      }
    }
    for size in feedForwardSizes where size < 1 || size > limit {
      throw .configuration("the size of the feed-forward part is \(size), not from 1 to \(limit)")
    }
    for (layer, source) in keyValueSources.enumerated() where source != layer {
      guard (0..<layer).contains(source), keyValueSources[source] == source, heads(source) == heads(layer)
      else { throw .configuration("layer \(layer) cannot read the keys and values of layer \(source)") }
    }
  }
}
