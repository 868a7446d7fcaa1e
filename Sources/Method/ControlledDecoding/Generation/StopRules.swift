package import CMCAlignment
internal import CMCFieldTables
package import CMCPrimitives
package import CMCVocabulary

/// What ends a text.
package struct StopRules: Sendable {
  /// Tokens of the user model that end it.
  package var tokens: Set<Int32>
  /// For each delta model the tokens of the user model that its map sends to one of its end tokens; they end a text while
  /// the delta model's factor is not 0.
  package var deltaTokens: [Set<Int32>] = []
  /// Strings that end it; they are not part of it.
  package var strings: [[UInt8]]

  /// Nothing but length.
  package static let never = StopRules(tokens: [], strings: [])

  /// Puts rules together.
  package init(tokens: Set<Int32>, strings: [[UInt8]]) {
    self.tokens = tokens
    self.strings = strings.filter { !$0.isEmpty }
  }

  /// The end tokens of a user model, and for each delta model the tokens that its map sends to its end tokens; without a map
  /// there are none of its own.
  package init(
    user: TokenizerDescription, deltas: [(description: TokenizerDescription, map: TokenMap?)] = [],
    strings: [[UInt8]] = []
  ) {
    self.init(tokens: Self.endTokens(user), strings: strings)
    deltaTokens = deltas.map { delta, map in
      guard let map else { return [] }
      let ends = Self.endTokens(delta)
      return Set((0..<map.count).filter { ends.contains(map.ids[$0]) && map.isMatch($0) }.map { Int32($0) })
    }
  }

  /// The tokens that end a text whose delta models have these factors.
  package func endTokens(alphas: [Float]) -> Set<Int32> {
    zip(deltaTokens, alphas).reduce(tokens) { $1.1 == 0 ? $0 : $0.union($1.0) }
  }

  /// The tokens that end a text or a turn: where the model's configurations say where generation stops, those alone.
  package static func endTokens(_ description: TokenizerDescription) -> Set<Int32> {
    Set(statedEnds(description).chosen ?? [])
  }

  /// Where generation stops, by everything that says so.
  package static func statedEnds(_ description: TokenizerDescription) -> Stated<[Int32]> {
    let files = description.files.map { lastComponent($0) }
    let isStated = description.vocabulary.roleAssignments.contains {
      $0.role == .eos && $0.source.hasPrefix("generation_config.json:")
    }
    let isSilent = files.contains("generation_config.json") && !isStated
    var stated = Stated<[Int32]>("where generation stops", asIn: "transformers")
    if isSilent { stated.aside = KnownDifference.endTokens.mention }
    let vocabulary = description.vocabulary
    for file in ["generation_config.json", "config.json"] {
      let ids = vocabulary.roleAssignments.filter { $0.role == .eos && $0.source.hasPrefix(file + ":") }.map(
        \.id)
      stated.add(file, ids.isEmpty ? nil : Set(ids).sorted())
    }
    var all = Set(vocabulary.ids(of: .eos) + vocabulary.ids(of: .endOfTurn)).sorted()
    if description.format == .gguf {
      // The reader says all the ends that llama.cpp has; what a family commonly has is none of them.
      let said = vocabulary.roleAssignments.filter {
        [.eos, .endOfTurn].contains($0.role) && !$0.source.hasPrefix("family table: ")
          && $0.source != "well-known name"
      }
      all.removeAll { id in !said.contains { $0.id == id } }
    }
    stated.add("the tokenizer with all its files", all.isEmpty ? nil : all)
    return stated
  }

  /// Where the earliest stop string begins in a text, if one is in it.
  ///
  /// - Parameter start: Nothing before this place has to be looked at again.
  func firstStop(in text: [UInt8], from start: Int) -> (place: Int, string: [UInt8])? {
    var best: (place: Int, string: [UInt8])?
    for string in strings {
      guard let range = text[max(0, start - string.count)...].firstRange(of: string) else { continue }
      if range.lowerBound < best?.place ?? .max { best = (range.lowerBound, string) }
    }
    return best
  }

  /// How many bytes at the end of a text may be the beginning of a stop string.
  func heldBack(at end: [UInt8]) -> Int {
    var held = 0
    for string in strings {
      for count in stride(from: min(string.count - 1, end.count), to: held, by: -1)
      where end.suffix(count).elementsEqual(string.prefix(count)) {
        held = count
        break
      }
    }
    return held
  }
}
