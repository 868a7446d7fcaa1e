import CMCPrimitives
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

@testable import CMCAlignment

@Suite struct RetokenizerTests {
  @Test func weightsHalve() {
    #expect(Retokenizer.weights(1) == [1])
    let sevenths: [Float] = [0.5714285714, 0.2857142857, 0.1428571429]
    #expect(Retokenizer.weights(3) == sevenths)
    #expect(abs(Retokenizer.weights(500).reduce(0, +) - 1) < 1e-6)
  }

  @Test(
    .enabled(
      if: RealData.has("llama-3/tokenizer.model") && RealData.has("llama-2/tokenizer.json"), "Vocabs/fetch"))
  func everyTextGetsASequenceWithItsBytes() throws {
    let source = try TokenizerLoader.load(RealData.path("llama-3"))
    let target = try TokenizerLoader.load(RealData.path("llama-2"))
    var options = AlignmentOptions(method: .retokenize, threads: 2)
    let map = try TokenMap.aligning(source, to: target, options: options)
    var texts = 0
    for id in 0..<source.vocabulary.idLimit {
      guard source.vocabulary.kinds[id] == .text || source.vocabulary.kinds[id] == .fragment else { continue }
      // Llama 2 has every byte, so nothing is left out.
      #expect(map.ids[id] >= 0)
      guard map.methods[id] == .retokenized else { continue }
      texts += 1
      let ids = map.sequences[Int32(id)]?.ids ?? [map.ids[id]]
      let bytes = ids.flatMap { target.vocabulary.canonical[Int($0)] }
      #expect(bytes == Array(source.vocabulary.canonical[id]))
    }
    #expect(texts > 50_000)
    options.threads = 1
    #expect(try TokenMap.aligning(source, to: target, options: options) == map)
    // As a fallback it leaves alone what prefix matching decided.
    options = AlignmentOptions(method: .pmMined, fallback: .retokenize, threads: 2)
    let plain = try TokenMap.aligning(source, to: target, options: AlignmentOptions(threads: 2))
    let filled = try TokenMap.aligning(source, to: target, options: options)
    for id in 0..<plain.count where plain.methods[id] != .unmatched {
      #expect(filled.ids[id] == plain.ids[id])
    }
    #expect(filled.methods.count { $0 == .unmatched } < plain.methods.count { $0 == .unmatched })
    // The first piece is the first of the sequence, one to one, and as far away as it is shorter.
    let pieces = try TokenMap.aligning(
      source, to: target, options: AlignmentOptions(method: .firstPiece, threads: 2))
    #expect(pieces.ids == map.ids && pieces.methods == map.methods && pieces.sequences.isEmpty)
    for id in 0..<pieces.count
    where pieces.methods[id] == .retokenized && source.vocabulary.kinds[id] == .text {
      guard target.vocabulary.kind(pieces.ids[id]) == .text else { continue }
      let texts = [source.vocabulary.canonical[id], target.vocabulary.canonical[Int(pieces.ids[id])]]
      let lengths = texts.map { String(decoding: $0, as: UTF8.self).unicodeScalars.count }
      #expect(Int(pieces.distances[id]) == abs(lengths[0] - lengths[1]))
    }
  }

  /// A fallback decides only what the first rule leaves, whichever of the two runs the tokenizer.
  @Test func aFallbackComesSecond() throws {
    let folder = try TemporaryFolder()
    func vocabulary(_ name: String, _ texts: [String]) throws -> TokenizerDescription {
      let tokens = texts.enumerated().map { "\"\($1)\": \($0)" }.joined(separator: ", ")
      try folder.write(
        "\(name).json",
        #"{"version": "1.0", "model": {"type": "BPE", "vocab": {\#(tokens)}, "merges": ["a b"]}}"#)
      return try TokenizerLoader.load(folder.path("\(name).json"))
    }
    // The nearest in a prefix relation is `abcdx`; the encoding is `ab`, `c`, `d`.
    let source = try vocabulary("source", ["a", "b", "ab", "abcd"])
    let target = try vocabulary("target", ["a", "b", "c", "d", "ab", "abcdx"])
    let id = 3
    func entry(_ method: AlignmentMethod, _ fallback: AlignmentMethod? = nil) throws -> MapEntry {
      try TokenMap.aligning(
        source, to: target, options: AlignmentOptions(method: method, fallback: fallback))[id]
    }
    #expect(try entry(.firstPiece, .pmMined).method == .retokenized)
    #expect(try entry(.pmMined, .firstPiece).method == .prefix)
    #expect(try entry(.exact, .firstPiece) == entry(.firstPiece))
  }
}
