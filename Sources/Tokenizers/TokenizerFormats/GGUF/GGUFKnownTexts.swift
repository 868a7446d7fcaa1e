internal import CMCGGUF
internal import CMCVocabulary

/// What llama.cpp makes of tokens by their text, whatever type a file gives them.
///
/// Some texts are special always: a token that is one is found in a text only where special tokens are parsed, and
/// generation stops at most of them. Four of gpt-oss are found always. The lists are facts of llama.cpp's
/// `llama-vocab.cpp`.
struct GGUFKnownTexts {
  /// Tokens of another type than the file's, by id: control, user-defined or normal.
  private(set) var types: [Int: GGUFTokenType] = [:]
  /// The tokens at which generation stops, in ascending order.
  private(set) var ends: [Int32] = []
  private(set) var notes: [String] = []

  /// Finds the texts among the tokens.
  ///
  /// - Complexity: O(bytes of the tokens).
  init(_ tokens: GGUFStrings, types stated: [Int32]?, ids: GGUFSpecialIDs) {
    let known = Self.known(in: tokens)
    var ends: Set<Int32> = []
    var types: [Int: GGUFTokenType] = [:]
    func isControl(_ id: Int) -> Bool { stated?[id] == GGUFTokenType.control.rawValue }
    func id(of text: String) -> Int? { known[Array(text.utf8)] }
    for (purpose, texts) in Self.gapTexts {
      var found = ids[purpose].map { Int($0) }
      if found == nil {
        let candidates = texts.compactMap { id(of: $0) }.sorted()
        found = candidates.first
        if let found, !isControl(found) { types[found] = .control }
        if candidates.count > 1, !candidates.allSatisfy(isControl) {
          notes.append(
            "tokens \(candidates.map(String.init).joined(separator: ", ")) are for one purpose by their text: the "
              + "first is special, llama.cpp takes one of them by chance")
        }
      }
      if let found, Self.endingPurposes.contains(purpose) { ends.insert(Int32(found)) }
    }
    for text in Self.endTexts {
      guard let id = id(of: text) else { continue }
      ends.insert(Int32(id))
      if !isControl(id) { types[id] = .control }
    }
    for text in Self.shownTexts { if let id = id(of: text) { types[id] = .userDefined } }
    for purpose in [GGUFSpecialIDs.Purpose.eos, .eot, .eom] {
      guard let id = ids[purpose] else { continue }
      // A comma ends no text, though llama.cpp's default for GPT-2's kind is one.
      let isSpecial = isControl(Int(id)) || stated?[Int(id)] == GGUFTokenType.unknown.rawValue
      if ids.isStated(purpose) || isSpecial { ends.insert(id) }
    }
    func ending(_ text: String) -> Int? { id(of: text).flatMap { ends.contains(Int32($0)) ? $0 : nil } }
    let calls = ending("<|call|>") ?? ending("<|calls|>")
    if let id = ending("<|end|>"), calls != nil, ending("<|return|>") ?? ending("<|flush|>") != nil {
      // The end of one message of several.
      ends.remove(Int32(id))
      types[id] = .userDefined
    }
    if let id = ending("</s>"), ending("<|tool_response>") ?? ending("<|plamo:eos|>") != nil {
      ends.remove(Int32(id))
      types[id] = .normal
    }
    self.types = types
    self.ends = ends.sorted()
  }

  /// Some tokens with their texts.
  func texts(of ids: [Int32], in tokens: GGUFStrings) -> [(id: Int32, text: String)] {
    let wanted = Set(ids)
    return tokens.enumerated().compactMap { id, piece in
      wanted.contains(Int32(id)) ? (Int32(id), String(decoding: piece, as: UTF8.self)) : nil
    }
  }

  /// The tokens with a known text, by it.
  private static func known(in tokens: GGUFStrings) -> [[UInt8]: Int] {
    let texts = Set(
      (endTexts + shownTexts + gapTexts.flatMap(\.texts) + ["<|plamo:eos|>"]).map { Array($0.utf8) })
    let longest = texts.map(\.count).max() ?? 0
    var result: [[UInt8]: Int] = [:]
    for (id, piece) in tokens.enumerated() where piece.count >= 4 && piece.count <= longest {
      // Nearly every token is passed over by its first characters.
      let first = piece[0] == 0xE2 || piece[0] == UInt8(ascii: "_") ? piece.firstIndex(of: 0x3C) : 0
      guard let first, first <= 3, piece[first] == 0x3C || piece[first] == UInt8(ascii: "[") else { continue }
      let text = Array(piece)
      if texts.contains(text) { result[text] = id }
    }
    return result
  }

  /// Texts at which generation stops.
  private static let endTexts = [
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|flush|>", "<|calls|>",
    "<end_of_turn>",
    "<|endoftext|>", "</s>", "<|eom_id|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]", "<|end_of_text|>",
    "<end_of_utterance>", "<eos>", "<turn|>", "<|tool_response>", "<｜end▁of▁sentence｜>", "[e~[",
  ]

  /// Texts of gpt-oss that are never special.
  private static let shownTexts = ["<|channel|>", "<|message|>", "<|start|>", "<|constrain|>"]

  /// Texts of tokens for filling gaps, looked for where no key names the token.
  private static let gapTexts: [(purpose: GGUFSpecialIDs.Purpose, texts: [String])] = [
    (
      .fimPrefix,
      [
        "<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<｜fim▁begin｜>", "<PRE>", "▁<PRE>",
        "<|code_prefix|>",
        "<|prefix|>",
      ]
    ),
    (
      .fimSuffix,
      [
        "<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<｜fim▁hole｜>", "<SUF>", "▁<SUF>",
        "<|code_suffix|>",
        "<|suffix|>",
      ]
    ),
    (
      .fimMiddle,
      [
        "<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<｜fim▁end｜>", "<MID>", "▁<MID>", "<|code_middle|>",
        "<|middle|>",
      ]
    ),
    (.fimPadding, ["<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]"]),
    (.fimRepository, ["<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>"]),
    (.fimFile, ["<|file_sep|>"]),
  ]

  /// The purposes in filling gaps at whose tokens generation stops.
  private static let endingPurposes: Set<GGUFSpecialIDs.Purpose> = [
    .fimPadding, .fimRepository, .fimFile,
  ]
}
