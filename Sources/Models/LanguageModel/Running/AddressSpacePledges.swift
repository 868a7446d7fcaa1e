internal import CMCPrimitives

/// What loaded models will take of a limited address space once they compute, which is asked for when they are loaded: an
/// allocation that fails later would end the program without a word.
final class AddressSpacePledges: Sendable {
  /// Those of this process.
  static let shared = AddressSpacePledges()

  /// What is left for everything beside a model: what OpenBLAS takes more, threads, texts, and its tokenizer with the maps from
  /// it, up to 2 KiB a token while they are made.
  private static func reserve(beside model: LanguageModel) -> Int {
    (128 << 20) + (model.configuration.vocabularySize << 11)
  }

  private let taken = Guarded(0)

  private init() {}

  /// Notes what a model will take.
  ///
  /// - Throws: ``LanguageModelError/addressSpace(needed:left:)`` where a limit leaves less; without one nothing is looked at.
  func take(_ model: LanguageModel) throws(LanguageModelError) {
    guard let left = addressSpaceLeft() else { return }
    let (needed, reserve) = (Self.bytes(of: model), Self.reserve(beside: model))
    try taken.withLock { taken throws(LanguageModelError) in
      guard needed <= left - taken - reserve else {
        throw .addressSpace(needed: needed + reserve, left: left - taken)
      }
      taken += needed
    }
  }

  /// The buffers of a pass over the most positions, the keys and values of the first 512, and some rows of logits.
  private static func bytes(of model: LanguageModel) -> Int {
    let (configuration, width) = (model.configuration, model.logitsWidth)
    let positions = 2 * max(1, min(LanguageModelSession.chunk, configuration.contextLength))
    let head = Workspace.headPositions(width: width, positions: positions)
    let buffers = Workspace.sizes(configuration, width: width, positions: positions, headPositions: head)
    let cache = 2 * 512 * configuration.keptWidths.reduce(0, +) + 12 * configuration.stateSize
    return MemoryLayout<Float>.stride * (buffers.reduce(0, +) + cache + 8 * width)
  }
}
