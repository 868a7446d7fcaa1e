import CMCPrimitives
public import CMCTokenization
public import CMCVocabulary

/// A text in two tokenizations, and how each token of the first maps.
public struct TextExplanation: Sendable, Equatable {
  /// How a token maps, as a reader sees it at a glance.
  public enum Mark: String, Sendable, CaseIterable {
    /// A target of equal bytes.
    case exact
    /// A special token placed by role or piece.
    case role
    /// Decided by an override file.
    case override
    /// The target is a proper prefix of the token.
    case prefixShorter = "prefix-shorter"
    /// The token is a proper prefix of the target.
    case prefixLonger = "prefix-longer"
    /// The nearest by edit distance.
    case edit
    /// The target tokenizer's encoding of the token.
    case retokenized
    /// From a map that does not say.
    case imported
    /// No target.
    case unmatched
  }

  /// A token of the target tokenizer's own encoding.
  public struct TargetToken: Sendable, Equatable {
    /// The token.
    public let token: ShownToken
    /// Its bytes in the text.
    public let range: Range<Int>
  }

  /// A token of the source tokenizer's encoding.
  public struct SourceToken: Sendable, Equatable {
    /// The token.
    public let token: ShownToken
    /// Its bytes in the text.
    public let range: Range<Int>
    /// How it maps.
    public let mark: Mark
    /// The distance to its target, or -1.
    public let distance: Int32
    /// The targets of the map: none, one, or those of a sequence.
    public let targets: [ShownToken]
    /// Which tokens of the target's own encoding begin inside it.
    public let own: Range<Int>
  }

  /// The source tokens in order.
  public let source: [SourceToken]
  /// The target tokenizer's own encoding of the text.
  public let target: [TargetToken]
  /// Bytes of the text that the source tokenizer has no token for.
  public let sourceDropped: [Range<Int>]
  /// Bytes of the text that the target tokenizer has no token for.
  public let targetDropped: [Range<Int>]

  /// Encodes a text with both tokenizers and looks the tokens up in a map.
  ///
  /// - Parameters:
  ///   - text: UTF-8.
  ///   - map: The map from the source's vocabulary to the target's.
  ///   - source: The source tokenizer.
  ///   - target: The target tokenizer.
  ///   - parsesSpecial: Whether special tokens written out in the text become their ids.
  /// - Throws: ``TokenMapToolError`` where the map does not belong to the tokenizers, `RegexError` where a pattern
  ///   gives up.
  /// - Complexity: That of encoding.
  public init(
    _ text: [UInt8], _ map: TokenMap, source: Tokenizer, target: Tokenizer, parsesSpecial: Bool = false
  ) throws {
    var map = map
    _ = map.unmatchIDsBeyondTarget()
    _ = try map.validate(source: source.description, target: target.description)
    let options = EncodingOptions(addsSpecial: false, parsesSpecial: parsesSpecial)
    let from = try source.encodeWithOffsets(text, options: options)
    let to = try target.encodeWithOffsets(text, options: options)
    let targetVocabulary = target.description.vocabulary
    self.target = zip(to.ids, to.offsets).map { TargetToken(token: targetVocabulary.token($0), range: $1) }
    sourceDropped = from.dropped
    targetDropped = to.dropped
    let vocabulary = source.description.vocabulary
    var next = 0
    self.source = from.ids.indices.map { place in
      let (id, range) = (from.ids[place], from.offsets[place])
      let first = next
      let isLast = place == from.ids.count - 1
      while next < to.offsets.count, isLast || to.offsets[next].lowerBound < range.upperBound { next += 1 }
      let entry = map[Int(id)]
      return SourceToken(
        token: vocabulary.token(id), range: range,
        mark: Self.mark(id, map, source: vocabulary, target: targetVocabulary), distance: entry.distance,
        targets: entry.targets.map(targetVocabulary.token), own: first..<next)
    }
  }

  private static func mark(
    _ id: Int32, _ map: TokenMap, source: Vocabulary, target: Vocabulary
  ) -> Mark {
    guard map.isMatched(id) else { return .unmatched }
    switch map.methods[Int(id)] {
    case .exact: return .exact
    case .role: return .role
    case .override: return .override
    case .edit: return .edit
    case .retokenized: return .retokenized
    case .imported: return .imported
    case .unmatched: return .unmatched
    case .prefix:
      // Lengths of canonical bytes decide, but for a space that one of the two may leave out.
      let form = source.forms(of: id)[0]
      let other = target.forms(of: map.ids[Int(id)])[0]
      return other.count < form.count ? .prefixShorter : .prefixLonger
    }
  }
}
