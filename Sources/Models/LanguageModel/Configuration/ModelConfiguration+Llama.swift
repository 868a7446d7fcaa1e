internal import CMCLinearAlgebra

extension ModelConfiguration {
  /// A model of Llama's shape, as this package trains them from nothing.
  ///
  /// - Throws: ``LanguageModelError/configuration(_:)`` for sizes that contradict each other.
  package static func llama(
    vocabularySize: Int, contextLength: Int, hiddenSize: Int, layerCount: Int, headCount: Int,
    keyValueHeadCount: Int, feedForwardSize: Int, epsilon: Float = 1e-5, rotaryBase: Double = 10_000,
    tiesEmbeddings: Bool = true
  ) throws(LanguageModelError) -> ModelConfiguration {
    guard headCount > 0, hiddenSize % headCount == 0 else {
      throw .configuration("\(hiddenSize) elements do not divide into \(headCount) heads")
    }
    let headSize = hiddenSize / headCount
    return try ModelConfiguration(
      architecture: .llama, vocabularySize: vocabularySize, contextLength: contextLength,
      hiddenSize: hiddenSize,
      layerCount: layerCount, headCount: headCount, keyValueHeadCount: keyValueHeadCount, headSize: headSize,
      feedForwardSize: feedForwardSize, normalization: .rms(epsilon: epsilon, weightOffset: 0),
      positions: .rotary(layout: .halves, global: RotaryEmbedding(base: rotaryBase), local: nil),
      attentionScale: 1 / Float(headSize).squareRoot(),
      windows: Array(repeating: nil, count: max(0, min(layerCount, 4096))), tiesEmbeddings: tiesEmbeddings
    ).validated()
  }
}
